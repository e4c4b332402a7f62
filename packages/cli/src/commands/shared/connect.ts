import { readFileSync } from "node:fs";
import path from "node:path";
import { InfluxClient } from "@millrace/api/client";
import { nodeTransport, type TlsOptions } from "@millrace/api/node";
import { CommandError, type Context } from "./action.ts";
import { osErrorText } from "./os-error.ts";

function tlsOptions({ io, values }: Context): TlsOptions {
  const file = values.optionalText("tls-ca");
  const tls: TlsOptions = { rejectUnauthorized: !values.flag("tls-no-verify") };
  if (file === undefined) return tls;
  try {
    const bytes = readFileSync(path.resolve(io.cwd, file));
    return { ...tls, ca: { encoding: file.endsWith(".der") ? "der" : "pem", bytes } };
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${file}`);
  }
}

/** A client for the server that the common options name. */
export function connect(context: Context, hostOption = "host", signal?: AbortSignal): InfluxClient {
  const { values } = context;
  const token = values.optionalText("token");
  return new InfluxClient({
    host: values.optionalText(hostOption) ?? values.text("host"),
    transport: nodeTransport({ tls: tlsOptions(context) }),
    ...(token === undefined ? {} : { token }),
    ...(signal === undefined ? {} : { signal }),
  });
}
