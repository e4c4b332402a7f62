import type { Ident, SchemaModel, SourceSpan, TableSchema } from "@millrace/sql";
import type { Span } from "../../text/index.ts";
import type { Lookup, Relation, Scope } from "./scope.ts";

export interface TableUse {
  /** As it has to be written to be found: without quotes it is in lower case. */
  readonly name: string;
  readonly schema: string;
  /** Of the name alone. */
  readonly span: Span;
  /** "unknown": there may be such a table. */
  readonly found: TableSchema | "query" | "unknown" | "missing";
}

export interface ColumnUse {
  readonly name: string;
  readonly isQuoted: boolean;
  readonly span: Span;
  readonly scope: Scope;
  readonly found: Lookup | "no table";
  /** `qualifier.name`. */
  readonly qualifier:
    | { readonly name: string; readonly span: Span; readonly relation: Relation | undefined }
    | undefined;
}

export interface FunctionUse {
  readonly name: string;
  readonly span: Span;
  /** It stands in FROM, where other functions exist. */
  readonly isTable: boolean;
}

/** Every name that a statement uses, in the order of the parser's tree. */
export interface Names {
  readonly tables: readonly TableUse[];
  readonly columns: readonly ColumnUse[];
  readonly functions: readonly FunctionUse[];
}

/** What the names are looked up in. */
export interface NameSources {
  /** Undefined: the tables are not known. */
  readonly schema: SchemaModel | undefined;
  readonly spanOf: (span: SourceSpan) => Span;
  /** False: only the run knows what stands there. */
  readonly isKnown: (span: Span) => boolean;
  readonly hasHoles: boolean;
}

/** A name as the database looks it up; undefined when only the run knows it. */
export interface KnownIdent {
  readonly name: string;
  readonly isQuoted: boolean;
  readonly span: Span;
}

export function readIdent(ident: Ident, { spanOf, isKnown }: NameSources): KnownIdent | undefined {
  if (ident.span === undefined) return undefined;
  const span = spanOf(ident.span);
  if (!isKnown(span)) return undefined;
  const isQuoted = ident.quote_style !== null && ident.quote_style !== undefined;
  return { name: isQuoted ? ident.value : lowered(ident.value), isQuoted, span };
}

/** Only ASCII letters fold: docs/reference/sql.md, "Names". */
function lowered(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
