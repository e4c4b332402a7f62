import type { CancellationToken, Diagnostic as LspDiagnostic } from "vscode-languageserver";
import type { AnalysisContext, DiagnosticSource, Settings } from "../analysis/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { PythonFeatures } from "../python-features/index.ts";

export interface AnalysisOptions {
  readonly python: PythonFeatures;
  readonly sources: readonly DiagnosticSource[];
  readonly settings: () => Settings;
  readonly context: (document: PluginDocument) => AnalysisContext;
  /** Where the page of all checks is; undefined: findings have no link. */
  readonly checksPage: string | undefined;
  readonly onSourceFailure: (name: string, error: unknown) => void;
}

/** All findings about a document: those of our own checks and those of the type checker. */
export class Analysis {
  readonly #options: AnalysisOptions;

  constructor(options: AnalysisOptions) {
    this.#options = options;
  }

  async diagnostics(document: PluginDocument, token: CancellationToken): Promise<LspDiagnostic[]> {
    const { python, sources, settings } = this.#options;
    const asked = python.diagnostics(document, settings(), token);
    const own = await Promise.all(sources.map((source) => this.#check(source, document)));
    const found = own.flat();
    const fromPython = (await asked).filter((it) => !found.some((other) => isSame(it, other)));
    return [...fromPython, ...found].map((it) => this.#withLink(it));
  }

  /** One check that fails must not take the others with it. */
  async #check(source: DiagnosticSource, document: PluginDocument): Promise<LspDiagnostic[]> {
    try {
      return await source.check(document, this.#options.context(document));
    } catch (error) {
      this.#options.onSourceFailure(source.name, error);
      return [];
    }
  }

  #withLink(diagnostic: LspDiagnostic): LspDiagnostic {
    const page = this.#options.checksPage;
    if (page === undefined) return diagnostic;
    return { ...diagnostic, codeDescription: { href: `${page}#${diagnostic.code}` } };
  }
}

/** Our own check says it in better words. */
function isSame(a: LspDiagnostic, b: LspDiagnostic): boolean {
  return (
    a.range.start.line === b.range.start.line &&
    a.range.start.character === b.range.start.character &&
    a.range.end.line === b.range.end.line &&
    a.range.end.character === b.range.end.character
  );
}
