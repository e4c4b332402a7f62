import { toSixFields } from "@millrace/api/grammar";
import type { Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { printAnswer } from "./answer.ts";
import { inputLines } from "./input.ts";
import { pluginName } from "./plugin-name.ts";

export function sharedBody(context: Context) {
  const { values } = context;
  return {
    filename: pluginName(context),
    database: values.text("database"),
    cache_name: values.optionalText("cache-name") ?? null,
    input_arguments: values.pairs("input-arguments") ?? null,
  };
}

export async function runTestWalPlugin(context: Context): Promise<number | undefined> {
  if (context.values.flag("local")) return (await import("./run-local.ts")).runLocalWal(context);
  const inputLp = await inputLines(context);
  const { filename, database, cache_name, input_arguments } = sharedBody(context);
  const body = { filename, database, input_lp: inputLp, cache_name, input_arguments };
  await printAnswer(context, await connect(context).testWalPlugin(body));
  return undefined;
}

/** Five fields are translated for servers that know six only; anything doubtful is the server's to judge. */
function wireSchedule(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return toSixFields(text) ?? text;
  } catch {
    return text;
  }
}

export async function runTestSchedulePlugin(context: Context): Promise<number | undefined> {
  if (context.values.flag("local")) return (await import("./run-local.ts")).runLocalSchedule(context);
  const { filename, database, cache_name, input_arguments } = sharedBody(context);
  const schedule = wireSchedule(context.values.optionalText("schedule"));
  const body = { filename, database, schedule, cache_name, input_arguments };
  await printAnswer(context, await connect(context).testSchedulePlugin(body));
  return undefined;
}
