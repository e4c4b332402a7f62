import {
  arrowTypeName,
  BINDER_FUNCTIONS,
  FUNCTIONS,
  type FunctionSpec,
  type SchemaModel,
  type TableSchema,
} from "@millrace/sql";
import { CompletionItemKind } from "vscode-languageserver";
import type { KnownColumn, Relation } from "../names/index.ts";
import { COMPLETED_KEYWORDS, STATEMENT_WORDS } from "../statement/index.ts";

/** Something to offer, before it is known how it has to be written. */
export interface Offer {
  readonly name: string;
  readonly kind: CompletionItemKind;
  readonly detail: string;
  /** What is likelier comes first. */
  readonly rank: number;
  /** Words and functions are written as they are, names as the database finds them. */
  readonly isName: boolean;
}

export function columnOffers(columns: readonly KnownColumn[]): Offer[] {
  return columns.map(({ name, column, table }) => {
    const about =
      column === undefined
        ? []
        : [column.kind === "plain" ? "column" : column.kind, arrowTypeName(column.type)];
    const of = table === undefined ? [] : [table.name];
    return {
      name,
      kind: CompletionItemKind.Field,
      detail: [...about, ...of].join(" · "),
      rank: 1,
      isName: true,
    };
  });
}

export function tableOffers(tables: readonly TableSchema[]): Offer[] {
  return tables.map((table) => ({
    name: table.name,
    kind: CompletionItemKind.Struct,
    detail: `table · ${table.columns.length} columns`,
    rank: table.schema === "iox" ? 1 : 3,
    isName: true,
  }));
}

export function schemaOffers(schema: SchemaModel): Offer[] {
  const names = new Set(["information_schema", ...schema.tables().map((table) => table.schema)]);
  names.delete("iox");
  return [...names].map((name) => nameOffer(name, CompletionItemKind.Module, "schema", 2));
}

export function queryOffers(names: readonly string[]): Offer[] {
  return names.map((name) => nameOffer(name, CompletionItemKind.Struct, "query of this statement", 1));
}

export function aliasOffers(names: Iterable<string>): Offer[] {
  return [...names].map((name) => nameOffer(name, CompletionItemKind.Variable, "alias", 1));
}

export function relationOffers(relations: readonly Relation[]): Offer[] {
  return relations.flatMap(({ qualifiers, table }) => {
    const name = qualifiers?.at(-1);
    const detail = table === undefined ? "table of this query" : `table ${table.name}`;
    return name === undefined ? [] : [nameOffer(name, CompletionItemKind.Struct, detail, 2)];
  });
}

export function parameterOffers(names: readonly string[]): Offer[] {
  return names.map((name) => ({
    ...nameOffer(name, CompletionItemKind.Variable, "parameter", 1),
    isName: false,
  }));
}

export function functionOffers(): Offer[] {
  const listed = FUNCTIONS.flatMap((spec) =>
    [spec.name, ...spec.aliases].map((name) => functionOffer(name, signatureOf(spec, name))),
  );
  return [...listed, ...BINDER_FUNCTIONS.map((name) => functionOffer(name, "function"))];
}

/** `lpad(string, int[, string])`, in the words of the database's table of functions. */
export function signatureOf(spec: FunctionSpec, name: string): string {
  const { shapes, minArgs, maxArgs } = spec;
  const needed = shapes.slice(0, minArgs).join(", ");
  const more = shapes.slice(minArgs).map((shape, i) => (minArgs + i === 0 ? `[${shape}` : `[, ${shape}`));
  const repeats = maxArgs === Number.POSITIVE_INFINITY ? ", …" : "";
  return `${name}(${needed}${more.join("")}${repeats}${"]".repeat(more.length)})`;
}

export function keywordOffers(isStart: boolean): Offer[] {
  const words = isStart ? STATEMENT_WORDS : COMPLETED_KEYWORDS;
  return words.map((name) => ({
    name,
    kind: CompletionItemKind.Keyword,
    detail: "",
    rank: isStart ? 0 : 5,
    isName: false,
  }));
}

function functionOffer(name: string, detail: string): Offer {
  return { name, kind: CompletionItemKind.Function, detail, rank: 4, isName: false };
}

function nameOffer(name: string, kind: CompletionItemKind, detail: string, rank: number): Offer {
  return { name, kind, detail, rank, isName: true };
}
