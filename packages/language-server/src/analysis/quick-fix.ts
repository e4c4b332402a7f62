import { type CodeAction, CodeActionKind, type Diagnostic } from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Span } from "../text/index.ts";

export interface TextChange extends Span {
  readonly text: string;
}

/** A quick fix that changes the document's text. */
export function quickFix(
  document: PluginDocument,
  title: string,
  changes: readonly TextChange[],
  diagnostic: Diagnostic,
  isPreferred = false,
): CodeAction {
  const edits = changes.map((change) => ({ range: document.rangeOf(change), newText: change.text }));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred,
    edit: { changes: { [document.uri]: edits } },
  };
}
