import { spawn } from "node:child_process";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

export interface ChildOptions {
  /** The script of pyright's language server. */
  readonly script: string;
  readonly rootUri: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pythonPath: string | undefined;
  readonly onExit: () => void;
}

export interface Child {
  readonly connection: MessageConnection;
  readonly ready: Promise<void>;
  end(): void;
}

/** Pyright asks for these sections and no others; what it is to analyse with is in the file of its root folder. */
function settingsOf(section: string, pythonPath: string | undefined): unknown {
  if (section !== "python") return {};
  return {
    ...(pythonPath === undefined ? {} : { pythonPath }),
    analysis: { diagnosticMode: "openFilesOnly" },
  };
}

/** Starts pyright as a process of its own: with the Node that runs us, also inside of editors built on Electron. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, [options.script, "--stdio"], {
    env: { ...options.env, ELECTRON_RUN_AS_NODE: "1" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let isOver = false;
  const onEnd = (): void => {
    if (isOver) return;
    isOver = true;
    connection.dispose();
    options.onExit();
  };
  child.once("error", onEnd);
  child.once("exit", onEnd);
  // Writing to a process that just ended fails; its end is what is acted on.
  child.stdin.on("error", () => {});
  connection.onError(() => {});
  answerQuestions(connection, options.pythonPath);
  connection.listen();
  return {
    connection,
    ready: initialize(connection, options.rootUri),
    end: () => {
      isOver = true;
      connection.dispose();
      child.kill("SIGKILL");
    },
  };
}

function answerQuestions(connection: MessageConnection, pythonPath: string | undefined): void {
  connection.onRequest("workspace/configuration", ({ items }: { items: { section?: string }[] }) =>
    items.map((item) => settingsOf(item.section ?? "", pythonPath)),
  );
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("client/unregisterCapability", () => null);
  connection.onRequest("window/workDoneProgress/create", () => null);
  connection.onUnhandledNotification(() => {});
}

async function initialize(connection: MessageConnection, rootUri: string): Promise<void> {
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "plugins" }],
    capabilities: {
      workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: {
        diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false },
        hover: { contentFormat: ["markdown"] },
        completion: {
          completionItem: {
            snippetSupport: true,
            documentationFormat: ["markdown"],
            deprecatedSupport: true,
          },
        },
        signatureHelp: {
          signatureInformation: {
            documentationFormat: ["markdown"],
            parameterInformation: { labelOffsetSupport: true },
            activeParameterSupport: true,
          },
        },
        rename: { prepareSupport: true },
      },
    },
  });
  await connection.sendNotification("initialized", {});
}
