import type { LensArguments } from "@millrace/language-server";
import { COMMANDS } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import {
  type Executable,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  State,
  TransportKind,
} from "vscode-languageclient/node";
import { OTHER_PYTHON_TOOLS, type ServerLaunch, serverSettings } from "../../language-server/index.ts";

export interface LanguageServerOptions {
  readonly launch: ServerLaunch;
  readonly output: vscode.LogOutputChannel;
  /** Where it may keep files. */
  readonly storageDirectory: string;
  /** What the lens "Test" does. */
  readonly onTestLens: (lens: LensArguments) => Promise<void>;
}

const SECTION = "millrace";
const DOCUMENTS = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
];

/** The language server of this window: what is asked of it, and what it tells. */
export class LanguageServer implements vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #started = new vscode.EventEmitter<void>();
  /** It has started, for the first time or again: what it was told before is forgotten. */
  readonly onDidStart = this.#started.event;

  constructor(options: LanguageServerOptions) {
    this.#client = new LanguageClient(SECTION, "Millrace", program(options.launch), clientOptions(options));
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.#started.fire();
    });
  }

  get isRunning(): boolean {
    return this.#client.state === State.Running;
  }

  async start(): Promise<void> {
    await this.#client.start();
  }

  async restart(): Promise<void> {
    await this.#client.restart();
  }

  async request<Result>(method: string, params: unknown): Promise<Result> {
    if (!this.isRunning) {
      throw new Error("The language server does not run. Use the command 'Restart Language Server'.");
    }
    return this.#client.sendRequest<Result>(method, params);
  }

  onNotification<Params>(method: string, listener: (params: Params) => void): vscode.Disposable {
    return this.#client.onNotification(method, listener);
  }

  async stop(): Promise<void> {
    await this.#client.dispose();
  }

  dispose(): void {
    this.#started.dispose();
  }
}

function program({ command, args, env }: ServerLaunch): Executable {
  return { command, args: [...args], transport: TransportKind.stdio, options: { env: { ...env } } };
}

function clientOptions(options: LanguageServerOptions): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel: options.output,
    traceOutputChannel: options.output,
    initializationOptions: { storageDirectory: options.storageDirectory },
    middleware: middleware(options),
  };
}

function middleware({ onTestLens }: LanguageServerOptions): Middleware {
  return {
    workspace: {
      configuration: async (params, token, next) => {
        const sections = await next(params, token);
        if (!Array.isArray(sections)) return sections;
        return sections.map((section) => serverSettings(section, isOtherToolActive()));
      },
    },
    executeCommand: (command, given, next) => {
      // The server would only show a message; here the outcome is drawn where tests are.
      if (command === COMMANDS.testPlugin) return onTestLens(given[0] as LensArguments);
      if (command === COMMANDS.runTests && !vscode.workspace.isTrusted) {
        throw new Error("Plugins are run in trusted workspaces only.");
      }
      return next(command, given);
    },
  };
}

function isOtherToolActive(): boolean {
  return OTHER_PYTHON_TOOLS.some((id) => vscode.extensions.getExtension(id) !== undefined);
}
