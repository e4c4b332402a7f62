import { findTable, foldIdent, type SchemaModel } from "@millrace/sql";
import { type Relation, readNames, type Scope, tableRelation } from "../names/index.ts";
import type { SqlText } from "../queries/index.ts";
import { KEYWORDS, parseSql } from "../statement/index.ts";
import { type Cursor, type Word, wordsOf } from "./cursor.ts";

/** A name that is in no table. */
const PLACE = "completion_place";

export interface VisibleNames {
  readonly scope: Scope;
  /** What the names in front stand for. */
  readonly qualified: Relation | undefined;
}

/** What can be named at a place: as the statement's tree tells it, or, while it has none, its words. */
export function visibleNames(sql: SqlText, cursor: Cursor, schema: SchemaModel | undefined): VisibleNames {
  return fromTree(sql, cursor, schema) ?? fromWords(sql.text, cursor, schema);
}

/** Names of queries that WITH makes. */
export function commonTableNames(text: string): string[] {
  const words = wordsOf(text);
  return words.flatMap((word, i) => {
    const isNamed = words[i + 1]?.text.toUpperCase() === "AS" && words[i + 2]?.text === "(";
    return isNamed && isName(word) ? [nameOf(word)] : [];
  });
}

function fromTree(sql: SqlText, { span }: Cursor, schema: SchemaModel | undefined): VisibleNames | undefined {
  const { text } = sql;
  const parsed = parseSql(text.slice(0, span.from) + PLACE + text.slice(span.to));
  if ("problem" in parsed || parsed.statements[0] === undefined) return undefined;
  const shift = PLACE.length - (span.to - span.from);
  const isKnown = ({ from, to }: { from: number; to: number }) => {
    const isBehind = from > span.from;
    return isBehind
      ? sql.isKnown({ from: from - shift, to: to - shift })
      : sql.isKnown({ from, to: Math.min(to, span.to) });
  };
  const { columns } = readNames(parsed.statements[0], {
    schema,
    spanOf: parsed.spanOf,
    isKnown,
    hasHoles: sql.holes.length > 0,
  });
  const place = columns.find(({ name, qualifier }) => name === PLACE || qualifier?.name === PLACE);
  return place === undefined ? undefined : { scope: place.scope, qualified: place.qualifier?.relation };
}

function fromWords(text: string, { qualifiers }: Cursor, schema: SchemaModel | undefined): VisibleNames {
  const words = wordsOf(text);
  const relations: Relation[] = [];
  for (let i = 0; i < words.length; i++) {
    if (/^(?:from|join)$/i.test(words[i]!.text)) i = readTables(words, i + 1, schema, relations) - 1;
  }
  const last = qualifiers.at(-1);
  const name = last === undefined ? undefined : unquoted(last);
  const qualified = relations.find((relation) => name !== undefined && relation.qualifiers?.at(-1) === name);
  return { scope: { relations, aliases: new Set(), outer: undefined }, qualified };
}

/** Reads `name [AS] alias, …`; returns the index of the word behind. */
function readTables(
  words: readonly Word[],
  start: number,
  schema: SchemaModel | undefined,
  relations: Relation[],
): number {
  let i = start;
  for (;;) {
    const first = words[i];
    if (first === undefined || !isName(first)) return i;
    const parts = [nameOf(first)];
    for (i++; words[i]?.text === "." && words[i + 1] !== undefined; i += 2)
      parts.unshift(nameOf(words[i + 1]!));
    if (words[i]?.text.toUpperCase() === "AS") i++;
    const alias = words[i] !== undefined && isName(words[i]!) ? nameOf(words[i++]!) : undefined;
    const table = schema === undefined ? undefined : findTable(schema, parts[1] ?? "iox", parts[0]!);
    if (table !== undefined) {
      const relation = tableRelation(table);
      relations.push(alias === undefined ? relation : { ...relation, qualifiers: [alias] });
    }
    if (words[i]?.text !== ",") return i;
    i++;
  }
}

function isName({ kind, text }: Word): boolean {
  if (kind === "quoted") return true;
  return kind === "word" && !KEYWORDS.has(text.toUpperCase());
}

function nameOf({ text }: Word): string {
  return unquoted(text);
}

export function unquoted(text: string): string {
  const quote = /^["'`]/.exec(text)?.[0] ?? null;
  const value =
    quote === null
      ? text
      : text.slice(1, text.endsWith(quote) ? -1 : undefined).replaceAll(quote + quote, quote);
  return foldIdent({ value, quote_style: quote });
}
