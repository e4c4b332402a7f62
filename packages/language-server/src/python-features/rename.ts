import { TextDocumentEdit, type TextEdit, type WorkspaceEdit } from "vscode-languageserver";
import type { TypedText } from "../transform/index.ts";

/** The edits of a rename in the positions of the user's texts. */
export function readRename(
  answer: WorkspaceEdit,
  typedText: (uri: string) => TypedText | undefined,
): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  const add = (uri: string, edits: readonly TextEdit[]): void => {
    const typed = typedText(uri);
    const inUserText = edits.map(({ range, newText }) => ({
      range: typed?.toUserRange(range) ?? range,
      newText,
    }));
    changes[uri] = [...(changes[uri] ?? []), ...inUserText];
  };
  for (const [uri, edits] of Object.entries(answer.changes ?? {})) add(uri, edits);
  for (const change of answer.documentChanges ?? []) {
    if (!TextDocumentEdit.is(change)) continue;
    add(
      change.textDocument.uri,
      change.edits.filter((edit): edit is TextEdit => "newText" in edit),
    );
  }
  return { changes };
}
