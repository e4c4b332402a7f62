import { statSync } from "node:fs";
import path from "node:path";
import type { InfluxClient } from "@millrace/api/client";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { requirementLines } from "./requirement-lines.ts";

interface Installation {
  /** For progress: what is being installed. */
  readonly shown: string;
  start(client: InfluxClient): Promise<void>;
}

function ofPackages(packages: readonly string[]): Installation {
  return { shown: packages.join(", "), start: (client) => client.installPackages(packages) };
}

/** Documentation shows a local file where the original means one on the server: what exists here is meant here. */
function installation({ io, values }: Context): Installation {
  const given = values.optionalText("requirements");
  if (given === undefined) return ofPackages(values.list("packages"));
  const local = path.resolve(io.cwd, given);
  if (statSync(local, { throwIfNoEntry: false })?.isFile() !== true) {
    return { shown: `the server's ${given}`, start: (client) => client.installRequirements(given) };
  }
  const lines = requirementLines(local);
  if (lines.length === 0) throw new CommandError(`${given} names no package`);
  return ofPackages(lines);
}

/** Says nothing on stdout, like the original; who watches sees what is going on. */
export async function runInstallPackage(context: Context): Promise<undefined> {
  const { io } = context;
  const { shown, start } = installation(context);
  const begunMs = io.monotonicMs();
  if (io.stderr.isTty) await io.stderr.write(`Installing ${shown} ...\n`);
  await start(connect(context));
  const tookS = ((io.monotonicMs() - begunMs) / 1000).toFixed(1);
  if (io.stderr.isTty) await io.stderr.write(`Installed in ${tookS} s\n`);
  return undefined;
}
