import { readFile } from "node:fs/promises";
import path from "node:path";
import type { RunTriggerBody } from "@millrace/api";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { millraceOnly } from "../shared/millrace.ts";
import { osErrorText } from "../shared/os-error.ts";
import { runReport } from "./report.ts";

/** The text of an option, or of the file that another option names. */
async function textOrFile({ io, values }: Context, text: string, file: string): Promise<string | null> {
  const name = values.optionalText(file);
  if (name === undefined) return values.optionalText(text) ?? null;
  try {
    return await readFile(path.resolve(io.cwd, name), "utf8");
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${name}`);
  }
}

async function bodyOf(context: Context): Promise<RunTriggerBody> {
  const { values } = context;
  return {
    db: values.text("database"),
    trigger_name: values.text("trigger-name"),
    input_lp: await textOrFile(context, "lp", "file"),
    call_time: values.optionalText("call-time") ?? null,
    query_parameters: values.pairs("query-parameters") ?? null,
    headers: values.pairs("headers") ?? null,
    body: await textOrFile(context, "body", "body-file"),
  };
}

/** The exit code says whether the plugin succeeded. */
export async function runRunTrigger(context: Context): Promise<number> {
  const { io, values } = context;
  const body = await bodyOf(context);
  const result = await millraceOnly("running a trigger by hand", connect(context).runTrigger(body));
  const asJson = values.text("format") === "json";
  const report = asJson ? `${JSON.stringify(result, null, 2)}\n` : runReport(body.trigger_name, result);
  await io.stdout.write(report);
  return result.error === null ? 0 : 1;
}
