import { findTable, INFORMATION_SCHEMA, type SchemaModel } from "@millrace/sql";
import type { CompletionItem } from "vscode-languageserver";
import type { CompletionSource } from "../../analysis/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import { tableRelation, visibleColumns, visibleRelations } from "../names/index.ts";
import { modelFor, queryAt, type SqlQuery } from "../queries/index.ts";
import { parserReady, writtenName } from "../statement/index.ts";
import { clauseOf } from "./clause.ts";
import { type Cursor, readCursor } from "./cursor.ts";
import {
  aliasOffers,
  columnOffers,
  functionOffers,
  keywordOffers,
  type Offer,
  parameterOffers,
  queryOffers,
  relationOffers,
  schemaOffers,
  tableOffers,
} from "./items.ts";
import { commonTableNames, unquoted, visibleNames } from "./relations.ts";

/** Nobody reads on so far; who types a letter gets others. */
const COLUMNS_MAX = 1000;

/** Completes inside of SQL, where Python has nothing to say. */
export const sqlCompletion: CompletionSource = {
  name: "sql",
  complete: async (document, offset, context) => {
    const place = queryAt(document, offset);
    if (place === undefined) return undefined;
    await parserReady();
    const cursor = readCursor(place.query.sql.text, place.at);
    if (cursor === undefined) return { items: [], isExclusive: true };
    const schema = modelFor(place.query, context)?.model;
    const offers = offersAt(place.query, cursor, schema);
    return { items: itemsOf(document, place.query, cursor, offers, offset), isExclusive: true };
  },
};

function offersAt(query: SqlQuery, cursor: Cursor, schema: SchemaModel | undefined): Offer[] {
  const { sql } = query;
  const typed = sql.text.slice(cursor.span.from, cursor.span.to);
  if (typed.startsWith("$")) return parameterOffers(query.parameters.map((name) => `$${name}`));
  const clause = clauseOf(cursor.before);
  if (cursor.qualifiers.length > 0) return qualifiedOffers(query, cursor, schema, clause === "table");
  switch (clause) {
    case "parameter":
      return parameterOffers(query.parameters);
    case "start":
      return keywordOffers(true);
    case "after table":
      return keywordOffers(false);
    case "table": {
      const queries = queryOffers(commonTableNames(sql.text));
      if (schema === undefined) return queries;
      const stored = schema.tables().filter((table) => table.schema === "iox");
      return [...queries, ...tableOffers(stored), ...schemaOffers(schema)];
    }
    case "expression":
      return expressionOffers(query, cursor, schema);
  }
}

function expressionOffers({ sql }: SqlQuery, cursor: Cursor, schema: SchemaModel | undefined): Offer[] {
  const { scope } = visibleNames(sql, cursor, schema);
  // Before a table is named, any may be meant.
  const isOpen = scope.relations.length === 0 && scope.outer === undefined;
  const stored = isOpen ? (schema?.tables().filter((table) => table.schema === "iox") ?? []) : [];
  const columns = isOpen ? stored.flatMap((table) => tableRelation(table).columns) : visibleColumns(scope);
  const names = [
    ...columnOffers(columns.slice(0, COLUMNS_MAX)),
    ...aliasOffers(scope.aliases ?? []),
    ...relationOffers(visibleRelations(scope)),
  ];
  return cursor.isQuoted ? names : [...names, ...functionOffers(), ...keywordOffers(false)];
}

/** Behind `name.`: the tables of a schema, or the columns of a table. */
function qualifiedOffers(
  { sql }: SqlQuery,
  cursor: Cursor,
  schema: SchemaModel | undefined,
  isTable: boolean,
): Offer[] {
  const name = unquoted(cursor.qualifiers.at(-1)!);
  if (isTable) {
    if (name === "information_schema") return tableOffers(INFORMATION_SCHEMA);
    return tableOffers(schema?.tables().filter((table) => table.schema === name) ?? []);
  }
  const { scope, qualified } = visibleNames(sql, cursor, schema);
  const named = visibleRelations(scope).find((relation) => relation.qualifiers?.at(-1) === name);
  const relation = qualified ?? named;
  if (relation !== undefined) return columnOffers(relation.columns);
  // FROM is often written after the columns.
  const table = schema === undefined ? undefined : findTable(schema, "iox", name);
  return table === undefined ? [] : columnOffers(tableRelation(table).columns);
}

function itemsOf(
  document: PluginDocument,
  { sql }: SqlQuery,
  { span, isQuoted }: Cursor,
  offers: readonly Offer[],
  offset: number,
): CompletionItem[] {
  const source = span.from === span.to ? { from: offset, to: offset } : sql.toSource(span);
  const range = document.rangeOf(source);
  const typed = sql.text.slice(span.from, span.to);
  const isLower = typed !== "" && typed === typed.toLowerCase();
  const byName = new Map<string, CompletionItem>();
  for (const { name, kind, detail, rank, isName } of offers) {
    const isWord = !isName && /^[A-Z ]+$/.test(name);
    const label = isWord && isLower ? name.toLowerCase() : name;
    const newText = sql.encode(isName ? writtenName(name, isQuoted) : label, span.from);
    if (newText === undefined || byName.has(label)) continue;
    // What is typed so far may begin with a quote.
    const filterText = isQuoted ? newText : label;
    byName.set(label, {
      label,
      kind,
      sortText: `${rank}${label}`,
      filterText,
      textEdit: { range, newText },
      ...(detail && { detail }),
    });
  }
  return [...byName.values()];
}
