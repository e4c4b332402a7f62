import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  Location,
  MessageConnection,
  SignatureHelp,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type MarkedText, readMarkers } from "./markers.ts";

let files = 0;

/** The editor's side: opens files with marked text and asks the server about the marks. */
export class Editor {
  readonly connection: MessageConnection;
  readonly workspace: string;

  constructor(connection: MessageConnection, workspace: string) {
    this.connection = connection;
    this.workspace = workspace;
  }

  /** Opens a new file with this text; it is not on disk unless asked for. */
  async open(fixture: string, options: { name?: string; onDisk?: boolean } = {}): Promise<OpenFile> {
    const marked = readMarkers(fixture);
    const file = path.join(this.workspace, options.name ?? `plugin_${++files}.py`);
    if (options.onDisk) writeFileSync(file, marked.text);
    const opened = new OpenFile(this.connection, pathToFileURL(file).href, marked);
    const { uri, text } = opened;
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "python", version: 1, text },
    });
    return opened;
  }
}

export class OpenFile {
  readonly uri: string;
  #connection: MessageConnection;
  #marked: MarkedText;
  #document: TextDocument;

  constructor(connection: MessageConnection, uri: string, marked: MarkedText) {
    this.#connection = connection;
    this.uri = uri;
    this.#marked = marked;
    this.#document = TextDocument.create(uri, "python", 1, marked.text);
  }

  get text(): string {
    return this.#document.getText();
  }

  /** Replaces the whole text, with new marks. */
  async change(fixture: string): Promise<void> {
    this.#marked = readMarkers(fixture);
    await this.#send([{ text: this.#marked.text }]);
  }

  /** Types text at the first cursor, as an incremental change. */
  async type(text: string): Promise<void> {
    const position = this.position();
    await this.#send([{ range: { start: position, end: position }, text }]);
  }

  async close(): Promise<void> {
    await this.#connection.sendNotification("textDocument/didClose", { textDocument: { uri: this.uri } });
  }

  /** The position of a cursor mark. */
  position(cursor = 0) {
    const offset = this.#marked.cursors[cursor];
    assert.ok(offset !== undefined, `the fixture has no cursor ‸ number ${cursor + 1}`);
    return this.#document.positionAt(offset);
  }

  /** The range of a mark. */
  range(mark = 0) {
    const range = this.#marked.ranges[mark];
    assert.ok(range !== undefined, `the fixture has no range «…» number ${mark + 1}`);
    return { start: this.#document.positionAt(range.from), end: this.#document.positionAt(range.to) };
  }

  /** All findings about the text as it is now, in the order of the text. */
  async diagnostics(): Promise<Diagnostic[]> {
    const report = await this.#ask<DocumentDiagnosticReport>("textDocument/diagnostic");
    assert.equal(report.kind, "full");
    const items = report.kind === "full" ? report.items : [];
    return items.sort(
      (a, b) => this.#document.offsetAt(a.range.start) - this.#document.offsetAt(b.range.start),
    );
  }

  /** Asserts that there is one finding at each mark, in their order, with these codes and no others. */
  async expect(...codes: string[]): Promise<Diagnostic[]> {
    const found = await this.diagnostics();
    const describe = ({ code, range }: Pick<Diagnostic, "code" | "range">) =>
      `${code} at "${this.#document.getText(range)}" (${range.start.line + 1}:${range.start.character + 1})`;
    assert.deepEqual(
      found.map(describe),
      codes.map((code, i) => describe({ code, range: this.range(i) })),
      found.map(({ message }) => message).join("\n"),
    );
    return found;
  }

  hover(cursor = 0) {
    return this.#ask<Hover | null>("textDocument/hover", { position: this.position(cursor) });
  }

  /** The hover's text; empty when there is none. */
  async hoverText(cursor = 0): Promise<string> {
    const contents = (await this.hover(cursor))?.contents ?? "";
    return typeof contents === "object" && "value" in contents ? contents.value : String(contents);
  }

  async complete(cursor = 0): Promise<CompletionItem[]> {
    const params = { position: this.position(cursor), context: { triggerKind: 1 } };
    const answer = await this.#ask<CompletionList | CompletionItem[] | null>(
      "textDocument/completion",
      params,
    );
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  signatureHelp(cursor = 0) {
    return this.#ask<SignatureHelp | null>("textDocument/signatureHelp", { position: this.position(cursor) });
  }

  async definition(cursor = 0): Promise<Location[]> {
    return (
      (await this.#ask<Location[] | null>("textDocument/definition", { position: this.position(cursor) })) ??
      []
    );
  }

  /** The text after a rename; undefined where there is nothing to rename. */
  async textAfterRename(newName: string): Promise<string | undefined> {
    const params = { position: this.position() };
    if ((await this.#ask<unknown>("textDocument/prepareRename", params)) === null) return undefined;
    const edit = await this.#ask<WorkspaceEdit>("textDocument/rename", { ...params, newName });
    return TextDocument.applyEdits(this.#document, edit.changes![this.uri]!);
  }

  async lenses(): Promise<CodeLens[]> {
    return (await this.#ask<CodeLens[] | null>("textDocument/codeLens")) ?? [];
  }

  /** The fixes for one finding. */
  async fixes(diagnostic: Diagnostic): Promise<CodeAction[]> {
    const params = { range: diagnostic.range, context: { diagnostics: [diagnostic] } };
    return (await this.#ask<CodeAction[] | null>("textDocument/codeAction", params)) ?? [];
  }

  /** The text after a fix of the first finding that has one with this title. */
  async textAfterFix(title: string): Promise<string> {
    const titles: string[] = [];
    for (const diagnostic of await this.diagnostics()) {
      for (const fix of await this.fixes(diagnostic)) {
        titles.push(fix.title);
        if (fix.title === title)
          return TextDocument.applyEdits(this.#document, fix.edit!.changes![this.uri]!);
      }
    }
    return assert.fail(`no fix has the title '${title}', there are: ${titles.join("; ")}`);
  }

  #ask<Answer>(method: string, params: object = {}): Promise<Answer> {
    return this.#connection.sendRequest<Answer>(method, { textDocument: { uri: this.uri }, ...params });
  }

  async #send(contentChanges: { range?: ReturnType<OpenFile["range"]>; text: string }[]): Promise<void> {
    const version = this.#document.version + 1;
    TextDocument.update(this.#document, contentChanges, version);
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri, version },
      contentChanges,
    });
  }
}
