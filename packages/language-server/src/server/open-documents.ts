import { type Connection, TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { PluginDocument } from "../plugin-document/index.ts";

export interface DocumentEvents {
  changed(document: PluginDocument): void;
  closed(uri: string): void;
}

/** The Python files that are open in the editor, each parsed once for each version. */
export class OpenDocuments {
  readonly #texts = new TextDocuments(TextDocument);
  readonly #parsed = new Map<string, PluginDocument>();

  constructor(connection: Connection, events: DocumentEvents) {
    this.#texts.onDidChangeContent(({ document }) => {
      const parsed = this.get(document.uri);
      if (parsed !== undefined) events.changed(parsed);
    });
    this.#texts.onDidClose(({ document }) => {
      if (this.#parsed.delete(document.uri)) events.closed(document.uri);
    });
    this.#texts.listen(connection);
  }

  get(uri: string): PluginDocument | undefined {
    const text = this.#texts.get(uri);
    if (text === undefined || text.languageId !== "python") return undefined;
    const known = this.#parsed.get(uri);
    if (known?.version === text.version) return known;
    const parsed = PluginDocument.parse(uri, text.version, text.getText(), known);
    this.#parsed.set(uri, parsed);
    return parsed;
  }

  all(): PluginDocument[] {
    return this.#texts.keys().flatMap((uri) => this.get(uri) ?? []);
  }
}
