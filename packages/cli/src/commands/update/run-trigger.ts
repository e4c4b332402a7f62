import type { InfluxClient } from "@millrace/api/client";
import type { Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { type LocalPlugin, readLocalPlugin } from "../shared/local-plugin.ts";
import { millraceOnly } from "../shared/millrace.ts";
import { showNextRuns } from "../shared/trigger-spec.ts";
import { changesSettings, settingsOf } from "./trigger-settings.ts";

function localPlugin({ io, values }: Context): LocalPlugin | undefined {
  const given = values.optionalText("path");
  if (given === undefined) return undefined;
  return readLocalPlugin(given, io.cwd, {
    missing: "Path does not exist",
    empty: "No Python files found in directory",
  });
}

async function replacePlugin(client: InfluxClient, context: Context, plugin: LocalPlugin): Promise<void> {
  const db = context.values.text("database");
  const plugin_name = context.values.text("trigger-name");
  if (plugin.kind === "file") {
    await client.updatePluginFile(db, { plugin_name, content: plugin.content });
    return;
  }
  const files = plugin.files.map((file) => ({ relative_path: file.path, content: file.content }));
  await client.updatePluginDirectory(db, { plugin_name, files });
}

async function changeSettings(client: InfluxClient, context: Context): Promise<void> {
  await millraceOnly(
    "changing a trigger",
    client.updateTrigger(settingsOf(context.values)),
    "elsewhere a trigger is changed by deleting it and creating it anew",
  );
}

/** Files first, then settings, then on or off: a plugin and the arguments that it needs change in one command. */
export async function runUpdateTrigger(context: Context): Promise<undefined> {
  const { io, values } = context;
  const plugin = localPlugin(context);
  const client = connect(context);
  const db = values.text("database");
  const name = values.text("trigger-name");
  if (plugin !== undefined) await replacePlugin(client, context, plugin);
  if (changesSettings(values)) await changeSettings(client, context);
  if (values.flag("enabled")) await client.enableTrigger(db, name);
  if (values.flag("disabled")) await client.disableTrigger(db, name);
  const how = plugin?.kind === "package" ? " (atomic directory replacement)" : "";
  await io.stdout.write(`Trigger '${name}' updated successfully${how}\n`);
  const specification = values.optionalText("trigger-spec");
  if (specification !== undefined) await showNextRuns(io, specification, !values.flag("disabled"));
  return undefined;
}
