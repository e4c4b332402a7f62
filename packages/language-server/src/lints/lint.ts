import {
  type AnalysisContext,
  type CodeActionSource,
  type DiagnosticOptions,
  type DiagnosticSource,
  diagnosticAt,
  quickFix,
  type TextChange,
} from "../analysis/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Range, Span } from "../text/index.ts";

/** A change of the text that takes a finding away. */
export interface Fix {
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** The one that "fix all" takes; at most one of a finding's. */
  readonly isPreferred?: boolean;
}

export interface Found extends DiagnosticOptions {
  readonly span: Span;
  readonly fixes?: readonly Fix[];
}

/** One check of plugins together with its fixes. */
export interface Lint {
  readonly name: string;
  find(document: PluginDocument, context: AnalysisContext): readonly Found[];
}

export function sourceOf(lint: Lint): DiagnosticSource {
  return {
    name: lint.name,
    check: (document, context) =>
      lint
        .find(document, context)
        .map(({ span, fixes: _fixes, ...options }) => diagnosticAt(document, span, options)),
  };
}

/** Looks for the findings again: the text may have changed since the editor was told of them, and with it every offset. */
export function fixesOf(lints: readonly Lint[]): CodeActionSource {
  return {
    name: "lints",
    actions: (document, { diagnostics }, context) => {
      if (diagnostics.length === 0) return [];
      const found = lints.flatMap((lint) => lint.find(document, context));
      return diagnostics.flatMap((diagnostic) => {
        const same = found.find(
          (it) => it.code === diagnostic.code && isSameRange(document.rangeOf(it.span), diagnostic.range),
        );
        return (same?.fixes ?? []).map((fix) =>
          quickFix(
            document,
            fix.title,
            fix.changes,
            { ...diagnostic, code: same!.code, source: diagnostic.source ?? "" },
            fix.isPreferred,
          ),
        );
      });
    },
  };
}

function isSameRange(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}
