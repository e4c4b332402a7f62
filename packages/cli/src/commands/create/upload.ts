import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import type { InfluxClient } from "@millrace/api/client";
import { CommandError } from "../shared/action.ts";
import { osErrorText } from "../shared/os-error.ts";

interface Upload {
  plugin_name: string;
  content: string;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${file}`);
  }
}

/** Every Python file below a directory, by its path in it; links are not followed. */
function pythonFiles(directory: string, prefix = ""): string[] {
  const found: string[] = [];
  const entries = readdirSync(path.join(directory, prefix), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "__pycache__") found.push(...pythonFiles(directory, relative));
    else if (entry.isFile() && entry.name.endsWith(".py")) found.push(relative);
  }
  return found;
}

function filesOf(given: string, local: string): { pluginFilename: string; uploads: Upload[] } {
  let stats: Stats;
  try {
    stats = statSync(local);
  } catch {
    throw new CommandError(`File not found: ${given}`);
  }
  const name = path.basename(local);
  if (stats.isFile()) {
    return { pluginFilename: name, uploads: [{ plugin_name: name, content: read(local) }] };
  }
  if (!stats.isDirectory()) throw new CommandError(`Invalid path: ${given}`);
  const files = pythonFiles(local);
  if (!files.includes("__init__.py")) {
    throw new CommandError(`Multi-file plugin directory must contain __init__.py: ${given}`);
  }
  const uploads = files.map((file) => ({
    plugin_name: `${name}/${file}`,
    content: read(path.join(local, file)),
  }));
  return { pluginFilename: name, uploads };
}

/** Sends a local plugin to the server and returns the name under which it is stored there. */
export async function uploadPlugin(
  client: InfluxClient,
  db: string,
  given: string,
  cwd: string,
): Promise<string> {
  const { pluginFilename, uploads } = filesOf(given, path.resolve(cwd, given));
  for (const upload of uploads) await client.uploadPluginFile(db, upload);
  return pluginFilename;
}
