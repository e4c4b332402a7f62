import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PreludeModule } from "@millrace/python-vm";

/** In the order in which they import each other; each file becomes a module with our prefix. */
const MODULES = [
  "line_builder",
  "run_state",
  "plugin_api",
  "print_capture",
  "http_response",
  "plugin_code",
  "failure",
  "network_calls",
  "host_names",
  "sockets",
  "socket_waiting",
  "tls_sockets",
  "async_sockets",
  "integrity",
  "runner",
] as const;

/** Our Python code, read from the sources in a checkout and from dist in an installed package. */
export async function readPrelude(): Promise<PreludeModule[]> {
  const here = fileURLToPath(import.meta.url);
  const read = (name: string) =>
    readFile(path.resolve(here, `../../../src/prelude/${name}.py`), "utf8").catch(() =>
      readFile(path.resolve(here, `../../prelude/${name}.py`), "utf8"),
    );
  return Promise.all(MODULES.map(async (name) => ({ name: `_millrace_${name}`, source: await read(name) })));
}
