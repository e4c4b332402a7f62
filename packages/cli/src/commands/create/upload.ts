import type { InfluxClient } from "@millrace/api/client";
import { readLocalPlugin } from "../shared/local-plugin.ts";

/** Sends a local plugin to the server and returns the name under which it is stored there. */
export async function uploadPlugin(
  client: InfluxClient,
  db: string,
  given: string,
  cwd: string,
): Promise<string> {
  const plugin = readLocalPlugin(given, cwd, { missing: "File not found" });
  if (plugin.kind === "file") {
    await client.uploadPluginFile(db, { plugin_name: plugin.name, content: plugin.content });
    return plugin.name;
  }
  for (const file of plugin.files) {
    await client.uploadPluginFile(db, { plugin_name: `${plugin.name}/${file.path}`, content: file.content });
  }
  return plugin.name;
}
