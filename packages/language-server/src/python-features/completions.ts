import type { CompletionItem, CompletionList } from "vscode-languageserver";
import { API_MODULE, PLUGIN_MODULE } from "../api-table/index.ts";
import type { TypedText } from "../transform/index.ts";

/** Leaves out what only the checker is to know, and special methods, which nobody completes. */
export function readCompletions(answer: CompletionList | CompletionItem[], typed: TypedText): CompletionList {
  const list = Array.isArray(answer) ? { isIncomplete: false, items: answer } : answer;
  const items = list.items.filter((item) => !isHidden(item.label));
  for (const item of items) {
    const edit = item.textEdit;
    if (edit === undefined) continue;
    if ("range" in edit) edit.range = typed.toUserRange(edit.range);
    else {
      edit.insert = typed.toUserRange(edit.insert);
      edit.replace = typed.toUserRange(edit.replace);
    }
  }
  return { isIncomplete: list.isIncomplete, items };
}

function isHidden(label: string): boolean {
  return label === API_MODULE || label === PLUGIN_MODULE || /^__\w+__$/.test(label);
}
