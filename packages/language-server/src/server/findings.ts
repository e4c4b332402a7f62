import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  ResponseError,
} from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Analysis } from "./analysis.ts";
import type { Client } from "./client.ts";
import type { Plugins } from "./plugins.ts";
import { Publisher } from "./publisher.ts";

/** LSP's code for an answer that a later change made useless. */
const CONTENT_MODIFIED = -32801;

/** Brings findings to the editor: when it asks, if it is one that asks, and else by itself. */
export class Findings {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #analysis: Analysis;
  readonly #publisher: Publisher | undefined;

  constructor(connection: Connection, client: Client, analysis: Analysis) {
    this.#connection = connection;
    this.#client = client;
    this.#analysis = analysis;
    this.#publisher = client.asksForDiagnostics ? undefined : new Publisher(connection, analysis);
  }

  answer(plugins: Plugins): void {
    if (!this.#client.asksForDiagnostics) return;
    this.#connection.languages.diagnostics.on(async ({ textDocument }, token) => ({
      kind: "full",
      items: await this.#ask(plugins, textDocument.uri, token),
    }));
  }

  changed(document: PluginDocument): void {
    this.#publisher?.schedule(document);
  }

  gone(uri: string): void {
    this.#publisher?.clear(uri);
  }

  /** Something that findings or lenses depend on is different now. */
  async refresh(plugins: Plugins): Promise<void> {
    const asked: Promise<unknown>[] = [];
    if (this.#client.refreshesLenses) asked.push(this.#connection.sendRequest(CodeLensRefreshRequest.type));
    if (this.#publisher !== undefined)
      for (const plugin of await plugins.all()) this.#publisher.schedule(plugin);
    else if (this.#client.refreshesDiagnostics) asked.push(this.#connection.languages.diagnostics.refresh());
    // An editor that does not know the request asks again with the next change.
    await Promise.allSettled(asked);
  }

  dispose(): void {
    this.#publisher?.dispose();
  }

  async #ask(plugins: Plugins, uri: string, token: CancellationToken) {
    const document = await plugins.plugin(uri);
    if (document === undefined) return [];
    const items = await this.#analysis.diagnostics(document, token);
    if (!plugins.isCurrent(document)) throw new ResponseError(CONTENT_MODIFIED, "The document has changed.");
    return items;
  }
}
