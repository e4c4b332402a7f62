import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type InitializeResult,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { Editor } from "./editor.ts";

const compiled = fileURLToPath(new URL("./serve.mjs", import.meta.url));

export interface StartOptions {
  /** Beside what every test has: pull diagnostics, configuration. */
  capabilities?: Record<string, unknown>;
  settings?: Record<string, unknown>;
  initializationOptions?: Record<string, unknown>;
  env?: Record<string, string>;
  /** The script to run; the code that was compiled last without it. */
  program?: string;
  /** The workspace folder; a fresh one without it. */
  workspace?: string;
}

/** The language server as editors start it, with the editor's side of the connection. */
export interface RunningServer {
  readonly editor: Editor;
  readonly connection: MessageConnection;
  readonly capabilities: InitializeResult["capabilities"];
  readonly process: ChildProcess;
  readonly workspace: string;
  readonly storage: string;
  /** Notifications of a method, and edits to apply, as they came. */
  notifications(method: string): readonly unknown[];
  /** Waits for a notification that a test recognises. */
  notification<T>(method: string, matches?: (params: T) => boolean): Promise<T>;
  stop(): Promise<void>;
}

/** Starts one server; share it between the tests of a file, as starting the type checker takes a second or two. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-language-server-"));
  const workspace = options.workspace ?? directory;
  const storage = path.join(directory, "storage");
  const child = spawn(process.execPath, [options.program ?? compiled, "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...options.env },
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const received: { method: string; params: unknown }[] = [];
  const waiting = new Set<() => void>();
  connection.onUnhandledNotification(({ method, params }) => {
    received.push({ method, params });
    for (const look of [...waiting]) look();
  });
  answerServer(connection, options.settings ?? {}, received);
  connection.listen();

  const { capabilities } = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(workspace).href, name: "workspace" }],
    initializationOptions: { storageDirectory: storage, ...options.initializationOptions },
    capabilities: {
      workspace: { configuration: true, applyEdit: true, codeLens: { refreshSupport: true } },
      textDocument: { diagnostic: {} },
      ...options.capabilities,
    },
  });
  await connection.sendNotification("initialized", {});

  const notifications = (method: string) =>
    received.filter((it) => it.method === method).map((it) => it.params);
  return {
    editor: new Editor(connection, workspace),
    connection,
    capabilities,
    process: child,
    workspace,
    storage,
    notifications,
    notification: <T>(method: string, matches: (params: T) => boolean = () => true) =>
      new Promise<T>((resolve) => {
        const look = () => {
          const found = (notifications(method) as T[]).find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      const over = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.signalCode === null) {
        await connection.sendRequest("shutdown");
        await connection.sendNotification("exit");
        await over;
      }
      connection.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function answerServer(
  connection: MessageConnection,
  settings: Record<string, unknown>,
  received: { method: string; params: unknown }[],
): void {
  connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
    items.map(() => settings),
  );
  for (const method of [
    "client/registerCapability",
    "window/workDoneProgress/create",
    "workspace/codeLens/refresh",
    "workspace/diagnostic/refresh",
  ]) {
    connection.onRequest(method, () => null);
  }
  connection.onRequest("workspace/applyEdit", (params) => {
    received.push({ method: "workspace/applyEdit", params });
    return { applied: true };
  });
}
