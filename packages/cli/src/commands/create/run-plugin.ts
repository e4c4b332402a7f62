import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { readLocalPlugin } from "../shared/local-plugin.ts";

export async function runCreatePlugin(context: Context): Promise<undefined> {
  const { io, values } = context;
  const name = values.text("plugin-name");
  const given = values.text("code-filename");
  const plugin = readLocalPlugin(given, io.cwd, { missing: "File not found" });
  if (plugin.kind === "package") throw new CommandError(`Invalid path: ${given}`, "name one Python file");
  await connect(context).uploadPluginFile(values.optionalText("database"), {
    plugin_name: name.endsWith(".py") ? name : `${name}.py`,
    content: plugin.content,
  });
  await io.stdout.write(`Plugin ${name} created successfully\n`);
  return undefined;
}
