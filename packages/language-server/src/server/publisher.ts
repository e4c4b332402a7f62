import { CancellationTokenSource, type Connection } from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Analysis } from "./analysis.ts";

/** As long as people type, what they see may be a moment old. */
const PAUSE_MS = 120;

/** Tells editors that do not ask what was found, some time after the last change. */
export class Publisher {
  readonly #connection: Connection;
  readonly #analysis: Analysis;
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; source: CancellationTokenSource }>();

  constructor(connection: Connection, analysis: Analysis) {
    this.#connection = connection;
    this.#analysis = analysis;
  }

  schedule(document: PluginDocument): void {
    this.#cancel(document.uri);
    const source = new CancellationTokenSource();
    const timer = setTimeout(() => void this.#publish(document, source), PAUSE_MS);
    this.#waiting.set(document.uri, { timer, source });
  }

  clear(uri: string): void {
    this.#cancel(uri);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  dispose(): void {
    for (const uri of [...this.#waiting.keys()]) this.#cancel(uri);
  }

  async #publish(document: PluginDocument, source: CancellationTokenSource): Promise<void> {
    const { uri, version } = document;
    const diagnostics = await this.#analysis.diagnostics(document, source.token);
    if (!source.token.isCancellationRequested)
      await this.#connection.sendDiagnostics({ uri, version, diagnostics });
  }

  #cancel(uri: string): void {
    const waiting = this.#waiting.get(uri);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.source.cancel();
    this.#waiting.delete(uri);
  }
}
