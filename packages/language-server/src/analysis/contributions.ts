import type { SqlType } from "@millrace/sql";
import type {
  CancellationToken,
  CodeAction,
  CodeLens,
  CompletionItem,
  Hover,
  Diagnostic as LspDiagnostic,
} from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Span } from "../text/index.ts";
import type { AnalysisContext } from "./analysis-context.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Session } from "./session.ts";

type MaybePromise<T> = T | Promise<T>;

/** Finds what is wrong with a document. */
export interface DiagnosticSource {
  readonly name: string;
  check(document: PluginDocument, context: AnalysisContext): MaybePromise<Diagnostic[]>;
}

/** Offers fixes for findings that lie in the range the editor asks for. */
export interface CodeActionSource {
  readonly name: string;
  actions(
    document: PluginDocument,
    request: { readonly span: Span; readonly diagnostics: readonly LspDiagnostic[] },
    context: AnalysisContext,
  ): MaybePromise<CodeAction[]>;
}

/** Offers texts at a place; undefined where it has no say. */
export interface CompletionSource {
  readonly name: string;
  complete(
    document: PluginDocument,
    offset: number,
    context: AnalysisContext,
  ): MaybePromise<CompletionAnswer | undefined>;
}

export interface CompletionAnswer {
  readonly items: CompletionItem[];
  /** Nobody else is asked, as inside of SQL, where Python has nothing to say. */
  readonly isExclusive: boolean;
}

/** Tells about what is at a place. The first answer counts; Python's own comes last. */
export interface HoverSource {
  readonly name: string;
  hover(document: PluginDocument, offset: number, context: AnalysisContext): MaybePromise<Hover | undefined>;
}

/** Lenses above lines of a document. */
export interface CodeLensSource {
  readonly name: string;
  lenses(document: PluginDocument, context: AnalysisContext): MaybePromise<CodeLens[]>;
}

/** Knows which columns statements return that stand in a document as they are, so that their rows have types. */
export interface QueryTypeSource {
  readonly name: string;
  queryTypes(document: PluginDocument, context: AnalysisContext): QueryType[];
}

export interface QueryType {
  /** The value of the string, to the letter. */
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
}

/** Commands of `workspace/executeCommand` and requests of our own. What it keeps between calls lives in what it starts. */
export interface CommandSource {
  readonly name: string;
  start(session: Session): StartedCommands;
}

export interface StartedCommands {
  /** By name; the parameters are the command's list of arguments. */
  readonly commands: Readonly<Record<string, CommandHandler>>;
  /** By method; `millrace/…`. */
  readonly requests: Readonly<Record<string, CommandHandler>>;
  dispose(): Promise<void>;
}

export type CommandHandler = (params: unknown, token: CancellationToken) => MaybePromise<unknown>;
