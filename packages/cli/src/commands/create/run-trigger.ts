import { ApiError, type InfluxClient } from "@millrace/api/client";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { showNextRuns } from "../shared/trigger-spec.ts";
import { uploadPlugin } from "./upload.ts";

async function pluginFilename(context: Context, client: InfluxClient): Promise<string> {
  const { io, values } = context;
  const given =
    values.optionalText("path") ?? values.optionalText("plugin-filename") ?? values.optionalText("plugin");
  if (given === undefined) throw new CommandError("Either --path or --plugin-filename must be provided");
  if (!values.flag("upload")) return given;
  return uploadPlugin(client, values.text("database"), given, io.cwd);
}

/** Early releases registered plugins by a name; today the name is most likely that of a file. */
function mayBeNameWithoutSuffix({ values }: Context, file: string, error: unknown): boolean {
  if (!values.has("plugin") || values.flag("upload")) return false;
  if (file.endsWith(".py") || file.startsWith("gh:")) return false;
  return error instanceof ApiError && /not found|reading plugin file/i.test(error.serverMessage);
}

async function createTrigger(context: Context): Promise<void> {
  const { values } = context;
  const client = connect(context);
  const file = await pluginFilename(context, client);
  const create = (plugin: string) =>
    client.createTrigger({
      db: values.text("database"),
      plugin_filename: plugin,
      trigger_name: values.text("name"),
      trigger_settings: {
        run_async: values.flag("run-asynchronous"),
        error_behavior: values.text("error-behavior") as "log" | "retry" | "disable",
      },
      trigger_specification: values.text("trigger-spec"),
      trigger_arguments: values.pairs("trigger-arguments") ?? null,
      disabled: values.flag("disabled"),
    });
  try {
    await create(file);
  } catch (error) {
    if (!mayBeNameWithoutSuffix(context, file, error)) throw error;
    await create(`${file}.py`);
  }
}

export async function runCreateTrigger(context: Context): Promise<undefined> {
  const { io, values } = context;
  try {
    await createTrigger(context);
  } catch (error) {
    // This command says it twice: once here, once as every failed command does.
    if (!(error instanceof CommandError)) {
      await io.stderr.write(`Failed to create trigger: ${(error as Error).message}\n`);
    }
    throw error;
  }
  await io.stdout.write(`Trigger ${values.text("name")} created successfully\n`);
  await showNextRuns(io, values.text("trigger-spec"), !values.flag("disabled"));
  return undefined;
}
