import type {
  CancellationToken,
  CompletionItem,
  CompletionList,
  Hover,
  Location,
  LocationLink,
  SignatureHelp,
  WorkspaceEdit,
} from "vscode-languageserver";
import type { Diagnostic, Settings } from "../analysis/index.ts";
import { API_MODULE, apiStub, NO_ROW_TYPES, type RowTypes } from "../api-table/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { TypeChecker } from "../pyright/index.ts";
import type { Position, Range } from "../text/index.ts";
import { annotate, type TypedText } from "../transform/index.ts";
import { readCompletions } from "./completions.ts";
import { type CheckerFinding, readFindings } from "./findings/index.ts";
import { readRename } from "./rename.ts";
import { suggestNames } from "./suggest-names.ts";

/** What Python itself has to say about plugins: asked from the type checker, in the positions of the user's text. */
export class PythonFeatures {
  readonly #checker: TypeChecker;
  readonly #typed = new Map<string, { document: PluginDocument; text: TypedText }>();

  readonly #stubUri: string;
  #rows: RowTypes = NO_ROW_TYPES;
  #stubVersion = 0;

  /** The stub of the API is a text like others to the checker: what is known of rows can change in it. */
  constructor(checker: TypeChecker, stubUri: string) {
    this.#checker = checker;
    this.#stubUri = stubUri;
    checker.setText(stubUri, this.#stubVersion, apiStub());
  }

  /** True: something has changed by it. */
  setRowTypes(rows: RowTypes): boolean {
    if (JSON.stringify(rows) === JSON.stringify(this.#rows)) return false;
    this.#rows = rows;
    this.#checker.setText(this.#stubUri, ++this.#stubVersion, apiStub(rows));
    return true;
  }

  /** Tells the checker of a document, in the version that is asked about from now on. */
  update(document: PluginDocument): void {
    if (this.#typed.get(document.uri)?.document === document) return;
    const text = annotate(document);
    this.#typed.set(document.uri, { document, text });
    this.#checker.setText(document.uri, document.version, text.text);
  }

  remove(uri: string): void {
    this.#typed.delete(uri);
    this.#checker.removeText(uri);
  }

  async diagnostics(
    document: PluginDocument,
    settings: Settings,
    token: CancellationToken,
  ): Promise<Diagnostic[]> {
    const typed = this.#textOf(document);
    const params = { textDocument: { uri: document.uri } };
    const answer = await this.#checker.ask<{ items?: CheckerFinding[] }>(
      "textDocument/diagnostic",
      params,
      token,
    );
    const findings = readFindings(answer?.items ?? [], document, typed, settings, this.#rows);
    const namesAt = async (position: Position) =>
      (await this.complete(document, position, token))?.items.map((item) => item.label) ?? [];
    return suggestNames(findings, namesAt);
  }

  async hover(
    document: PluginDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<Hover | undefined> {
    const hover = await this.#askAt<Hover>("textDocument/hover", document, position, token);
    if (hover === undefined) return undefined;
    const { contents } = hover;
    if (typeof contents === "object" && "value" in contents) contents.value = readable(contents.value);
    if (hover.range !== undefined) hover.range = this.#textOf(document).toUserRange(hover.range);
    return hover;
  }

  async complete(
    document: PluginDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<CompletionList | undefined> {
    const answer = await this.#askAt<CompletionList | CompletionItem[]>(
      "textDocument/completion",
      document,
      position,
      token,
    );
    return answer === undefined ? undefined : readCompletions(answer, this.#textOf(document));
  }

  async resolveCompletion(item: CompletionItem, token: CancellationToken): Promise<CompletionItem> {
    return (await this.#checker.ask<CompletionItem>("completionItem/resolve", item, token)) ?? item;
  }

  signatureHelp(document: PluginDocument, position: Position, token: CancellationToken) {
    return this.#askAt<SignatureHelp>("textDocument/signatureHelp", document, position, token);
  }

  async definition(
    document: PluginDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<Location[]> {
    type Found = Location | LocationLink;
    const answer = await this.#askAt<Found | Found[]>("textDocument/definition", document, position, token);
    const found = answer === undefined ? [] : Array.isArray(answer) ? answer : [answer];
    return found.map((it) => {
      const [uri, range] = "uri" in it ? [it.uri, it.range] : [it.targetUri, it.targetSelectionRange];
      return { uri, range: this.#typed.get(uri)?.text.toUserRange(range) ?? range };
    });
  }

  /** The range of the name that would be renamed; null for names that are not the plugin's own. */
  async prepareRename(document: PluginDocument, position: Position, token: CancellationToken) {
    type Answer = Range | { range: Range };
    const answer = await this.#askAt<Answer>("textDocument/prepareRename", document, position, token);
    if (answer === undefined || (await this.#belongsToApi(document, position, token))) return null;
    return this.#textOf(document).toUserRange("range" in answer ? answer.range : answer);
  }

  async rename(
    document: PluginDocument,
    position: Position,
    newName: string,
    token: CancellationToken,
  ): Promise<WorkspaceEdit | null> {
    if (await this.#belongsToApi(document, position, token)) return null;
    const answer = await this.#askAt<WorkspaceEdit>("textDocument/rename", document, position, token, {
      newName,
    });
    return answer === undefined ? null : readRename(answer, (uri) => this.#typed.get(uri)?.text);
  }

  async #belongsToApi(
    document: PluginDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<boolean> {
    const found = await this.definition(document, position, token);
    return found.some(({ uri }) => uri === this.#stubUri);
  }

  #askAt<Answer>(
    method: string,
    document: PluginDocument,
    position: Position,
    token: CancellationToken,
    more: object = {},
  ) {
    const params = {
      textDocument: { uri: document.uri },
      position: this.#textOf(document).toTyped(position),
      context: { triggerKind: 1 },
      ...more,
    };
    return this.#checker.ask<Answer>(method, params, token);
  }

  #textOf(document: PluginDocument): TypedText {
    this.update(document);
    return this.#typed.get(document.uri)!.text;
  }
}

/** Names of ours that say less than what they stand for. */
function readable(text: string): string {
  return text.replaceAll(`${API_MODULE}.`, "").replace(/\bTableBatches\b/g, "list[TableBatch]");
}
