import { type Diagnostic as CheckerFinding, DiagnosticSeverity } from "vscode-languageserver";
import { type Diagnostic, diagnosticAt, type Settings } from "../../analysis/index.ts";
import { API_MODULE, type RowTypes } from "../../api-table/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import type { TypedText } from "../../transform/index.ts";
import { explainArgumentType, explainCall } from "./arguments.ts";
import type { Explain, Explained, Finding } from "./finding.ts";
import { explainImport } from "./imports.ts";
import {
  explainUndefinedName,
  explainUnknownColumn,
  explainUnknownKey,
  explainUnknownMember,
} from "./names.ts";
import { explainReturn } from "./results.ts";
import { explainSyntax } from "./syntax.ts";

export type { CheckerFinding };

const EXPLANATIONS: readonly Explain[] = [
  explainSyntax,
  explainUndefinedName,
  explainUnknownMember,
  explainUnknownKey,
  explainUnknownColumn,
  explainArgumentType,
  explainCall,
  explainReturn,
  explainImport,
];

/** A message of ten lines tells less than its first two. */
const MESSAGE_LINES_MAX = 2;

/** A finding, and the name that may be misspelt in it. */
export interface ReadFinding {
  readonly diagnostic: Diagnostic;
  readonly unknownName: string | undefined;
}

/** The checker's findings as ours: in the user's positions and in our words, without what helps nobody. */
export function readFindings(
  found: readonly CheckerFinding[],
  document: PluginDocument,
  typed: TypedText,
  settings: Settings,
  rows: RowTypes,
): ReadFinding[] {
  const visible = found.filter((it) => it.severity !== DiagnosticSeverity.Hint);
  const all = visible.map((it) => readFinding(it, document, typed));
  const findings = all.flatMap((finding, i) => {
    const it = visible[i]!;
    const explained = explain(finding, document, { rows, all });
    if (explained === "drop") return [];
    if (explained === undefined) return settings.diagnostics === "all" ? [asItIs(it, finding)] : [];
    if (settings.diagnostics === "plugin" && !explained.isAboutApi) return [];
    return [inOurWords(explained, finding, document)];
  });
  return withoutRepeats(findings);
}

/** Of a union's members each is reported. */
function withoutRepeats(findings: readonly ReadFinding[]): ReadFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ diagnostic }) => {
    const key = JSON.stringify([diagnostic.range, diagnostic.code, diagnostic.message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function readFinding(found: CheckerFinding, document: PluginDocument, typed: TypedText): Finding {
  const range = typed.subjectOf(found.range) ?? typed.toUserRange(found.range);
  const message = typeof found.message === "string" ? found.message : found.message.value;
  return {
    rule: found.code === undefined ? "" : String(found.code),
    message: message.replaceAll(`${API_MODULE}.`, "").replaceAll("\u00a0", " "),
    range,
    span: document.positions.spanOf(range),
  };
}

function explain(
  finding: Finding,
  document: PluginDocument,
  known: { rows: RowTypes; all: readonly Finding[] },
): Explained | "drop" | undefined {
  if (finding.message.includes(API_MODULE)) return "drop";
  for (const explanation of EXPLANATIONS) {
    const explained = explanation(finding, document, known);
    if (explained !== undefined) return explained;
  }
  // At run time batches are plain dicts: what a function says of its own parameters does not matter.
  return /\b(?:TableBatch|Batch_\w+|Row_\w+|QueryRows?_\d+)\b/.test(finding.message) ? "drop" : undefined;
}

function inOurWords(explained: Explained, finding: Finding, document: PluginDocument): ReadFinding {
  const { code, message, severity, replacement } = explained;
  const span = explained.range === undefined ? finding.span : document.positions.spanOf(explained.range);
  const data = replacement === undefined ? undefined : { replacement };
  const diagnostic = diagnosticAt(document, span, { code, message, severity: severity ?? "error", data });
  return { diagnostic, unknownName: explained.unknownName };
}

function asItIs(found: CheckerFinding, { rule, message, range }: Finding): ReadFinding {
  const diagnostic: Diagnostic = {
    range,
    severity: found.severity ?? DiagnosticSeverity.Error,
    source: "millrace",
    code: rule,
    message: message.split("\n").slice(0, MESSAGE_LINES_MAX).join("\n"),
  };
  return { diagnostic, unknownName: undefined };
}
