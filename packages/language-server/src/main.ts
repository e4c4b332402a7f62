import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server/index.ts";

const VERSION = "0.1.0";

/** Serves the editor at the other end of this process: `--stdio`, or what VS Code's client passes. */
export function main(options: { checkerScript?: string | undefined } = {}): void {
  const server = startServer({
    connection: createConnection(ProposedFeatures.all),
    environment: { env: process.env, workingDirectory: process.cwd(), nowMs: () => Date.now() },
    pyrightScript: options.checkerScript ?? findPyright(),
    version: VERSION,
  });
  process.on("exit", () => server.dispose());
}

/** In a package for an editor it lies beside the bundle; installed from npm it is a dependency. */
function findPyright(): string {
  const beside = path.join(path.dirname(fileURLToPath(import.meta.url)), "pyright", "langserver.index.js");
  if (existsSync(beside)) return beside;
  return createRequire(import.meta.url).resolve("pyright/langserver.index.js");
}
