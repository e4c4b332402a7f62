import { nodeTransport } from "@millrace/api/node";
import { METHODS } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { ConnectionBook, type ConnectionStatus, type SavedConnection } from "../../connections/index.ts";
import type { Redactor } from "../../output/index.ts";
import { Server } from "../../server/index.ts";
import type { LanguageServer } from "../language-server/index.ts";

export interface ConnectionsOptions {
  readonly context: vscode.ExtensionContext;
  readonly languageServer: LanguageServer;
  readonly redactor: Redactor;
  readonly output: vscode.LogOutputChannel;
  readonly newId: () => string;
}

const CONNECT_MAX_MS = 5_000;

/** The servers of this window: which there are, which is used, and how it is. */
export class Connections implements vscode.Disposable {
  readonly book: ConnectionBook;
  readonly #options: ConnectionsOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #transport = nodeTransport({ connectTimeoutMs: CONNECT_MAX_MS });
  readonly #subscriptions: vscode.Disposable[];
  #status: ConnectionStatus = { state: "none" };
  #wasTold = false;

  constructor(options: ConnectionsOptions) {
    const { context, languageServer, newId } = options;
    this.#options = options;
    this.book = new ConnectionBook({
      forUser: context.globalState,
      forWorkspace: context.workspaceState,
      secrets: context.secrets,
      newId,
      onChange: () => void this.#tell(),
    });
    this.#subscriptions = [
      languageServer.onDidStart(() => this.#restarted()),
      languageServer.onNotification<ConnectionStatus>(METHODS.connectionChanged, (status) =>
        this.#setStatus(status),
      ),
    ];
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  async server(connection: SavedConnection): Promise<Server> {
    const token = await this.#token(connection);
    return new Server({ host: connection.host, token, transport: this.#transport });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #restarted(): void {
    this.#wasTold = false;
    if (this.book.active !== undefined) void this.#tell();
  }

  /** Without a choice of the user, the language server keeps to what the environment says. */
  async #tell(): Promise<void> {
    const { languageServer, output } = this.#options;
    const { active } = this.book;
    this.#changed.fire();
    if (!languageServer.isRunning || (active === undefined && !this.#wasTold)) return;
    this.#wasTold = true;
    try {
      const token = active === undefined ? undefined : await this.#token(active);
      const { host, database } = active ?? {};
      const params = active === undefined ? null : { host, token, database };
      this.#setStatus(await languageServer.request<ConnectionStatus>(METHODS.setConnection, params));
    } catch (error) {
      output.warn(`The connection was not set: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #token({ id }: SavedConnection): Promise<string | undefined> {
    const token = await this.book.token(id);
    if (token !== undefined) this.#options.redactor.add(token);
    return token;
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    this.#changed.fire();
  }
}
