import { DiagnosticSeverity, type Diagnostic as LspDiagnostic } from "vscode-languageserver";
import type { Diagnostic, Settings } from "../analysis/index.ts";
import { API_MODULE } from "../api-table/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Range } from "../text/index.ts";
import type { TypedText } from "../transform/index.ts";

export type CheckerDiagnostic = LspDiagnostic;

/** Its range is the whole call, from the first letter of a chain to the last bracket. */
const CALL_ISSUE = "reportCallIssue";
/** A message of ten lines tells less than its first two. */
const MESSAGE_LINES_MAX = 2;

/** The checker's findings as ours: in the user's positions and words, without what is of no use for plugins. */
export function readDiagnostics(
  found: readonly CheckerDiagnostic[],
  document: PluginDocument,
  typed: TypedText,
  _settings: Settings,
): Diagnostic[] {
  return found
    .filter((it) => it.severity !== DiagnosticSeverity.Hint)
    .map((it) => {
      const subject = typed.subjectOf(it.range);
      const range = subject === undefined ? typed.toUserRange(it.range) : { start: subject, end: subject };
      return {
        range: it.code === CALL_ISSUE ? calleeRange(document, range) : range,
        severity: it.severity ?? DiagnosticSeverity.Error,
        source: "millrace",
        code: String(it.code ?? "syntax"),
        message: shorten(it.message),
      };
    });
}

function calleeRange(document: PluginDocument, range: Range): Range {
  const { from, to } = document.positions.spanOf(range);
  const call = document.calls.find((site) => site.call.from === from && site.call.to === to)?.call;
  if (call === undefined) return range;
  return document.rangeOf(call.callee.kind === "member" ? call.callee.nameSpan : call.callee);
}

function shorten(message: LspDiagnostic["message"]): string {
  const text = typeof message === "string" ? message : message.value;
  const lines = text.replaceAll(`${API_MODULE}.`, "").replaceAll("\u00a0", " ").split("\n");
  return lines.slice(0, MESSAGE_LINES_MAX).join("\n");
}
