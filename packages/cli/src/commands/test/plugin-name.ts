import type { Context } from "../shared/action.ts";

/** Documentation writes the plugin directory before the name; the server wants the part below it. */
export function pluginName({ io, values }: Context): string {
  const name = values.text("filename");
  const directory = io.env["INFLUXDB3_PLUGIN_DIR"];
  if (directory === undefined || directory === "") return name;
  const prefix = `${directory.replace(/[\\/]+$/, "")}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
