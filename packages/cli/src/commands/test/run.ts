import { readFile } from "node:fs/promises";
import path from "node:path";
import { toSixFields } from "@millrace/api/grammar";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { type StoryAnswer, storyOf } from "./story.ts";

/** What the original prints; a Millrace server answers more, for tools. */
const PRINTED_KEYS = ["trigger_time", "log_lines", "database_writes", "errors"] as const;

type Answer = Partial<Record<(typeof PRINTED_KEYS)[number], unknown>> & StoryAnswer;

/** Documentation writes the plugin directory before the name; the server wants the part below it. */
function pluginName({ io, values }: Context): string {
  const name = values.text("filename");
  const directory = io.env["INFLUXDB3_PLUGIN_DIR"];
  if (directory === undefined || directory === "") return name;
  const prefix = `${directory.replace(/[\\/]+$/, "")}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

async function print({ io }: Context, answer: Answer): Promise<void> {
  const shown: Record<string, unknown> = {};
  for (const key of PRINTED_KEYS) if (answer[key] !== undefined) shown[key] = answer[key];
  await io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  const story = storyOf(answer);
  if (story !== "") await io.stderr.write(story);
}

function sharedBody(context: Context) {
  const { values } = context;
  return {
    filename: pluginName(context),
    database: values.text("database"),
    cache_name: values.optionalText("cache-name") ?? null,
    input_arguments: values.pairs("input-arguments") ?? null,
  };
}

async function inputLines({ io, values }: Context): Promise<string> {
  const lp = values.optionalText("lp");
  if (lp !== undefined) return lp;
  const file = values.optionalText("file");
  if (file === undefined) throw new CommandError("either --lp or --file must be provided");
  try {
    return await readFile(path.resolve(io.cwd, file), "utf8");
  } catch {
    throw new CommandError("unable to read input file");
  }
}

export async function runTestWalPlugin(context: Context): Promise<undefined> {
  const inputLp = await inputLines(context);
  const { filename, database, cache_name, input_arguments } = sharedBody(context);
  const body = { filename, database, input_lp: inputLp, cache_name, input_arguments };
  await print(context, await connect(context).testWalPlugin(body));
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

export async function runTestSchedulePlugin(context: Context): Promise<undefined> {
  const { filename, database, cache_name, input_arguments } = sharedBody(context);
  const schedule = wireSchedule(context.values.optionalText("schedule"));
  const body = { filename, database, schedule, cache_name, input_arguments };
  await print(context, await connect(context).testSchedulePlugin(body));
  return undefined;
}
