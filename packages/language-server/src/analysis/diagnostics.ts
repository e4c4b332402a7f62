import { DiagnosticSeverity, type Diagnostic as LspDiagnostic } from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Span } from "../text/index.ts";

/** A finding as editors show it. `code` is kebab-case and stays the same for good: people write it into settings. */
export interface Diagnostic extends LspDiagnostic {
  source: string;
  code: string;
}

export interface DiagnosticOptions {
  readonly code: string;
  readonly message: string;
  /** An error fails at run time whatever the data, a warning probably, information is worth knowing. */
  readonly severity?: "error" | "warning" | "information" | "hint";
  /** For the quick fixes: comes back with the request for them. */
  readonly data?: unknown;
  /** Shown struck through or faded. */
  readonly tags?: LspDiagnostic["tags"];
}

const SOURCE = "millrace";
const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export function diagnosticAt(document: PluginDocument, span: Span, options: DiagnosticOptions): Diagnostic {
  return {
    range: document.rangeOf(span),
    severity: SEVERITIES[options.severity ?? "error"],
    source: SOURCE,
    code: options.code,
    message: options.message,
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.tags === undefined ? {} : { tags: options.tags }),
  };
}
