import type { Argument, Expression, PluginDocument } from "../../plugin-document/index.ts";
import { readParts, readString } from "./read-parts.ts";
import { SqlText } from "./sql-text.ts";

/** SQL that a plugin sends, or is about to. */
export interface SqlQuery {
  readonly sql: SqlText;
  /** Undefined: the trigger's own; null: one that only the run knows. */
  readonly database: string | undefined | null;
  /** Names of `$parameters` that the call gives values to. */
  readonly parameters: readonly string[];
}

const known = new WeakMap<PluginDocument, readonly SqlQuery[]>();

/** The SQL in all calls of `influxdb3_local.query`. */
export function findQueries(document: PluginDocument): readonly SqlQuery[] {
  let queries = known.get(document);
  if (queries === undefined) {
    queries = readQueries(document);
    known.set(document, queries);
  }
  return queries;
}

/** The SQL at a place, also in a text that no call uses yet. */
export function queryAt(
  document: PluginDocument,
  offset: number,
): { query: SqlQuery; at: number } | undefined {
  for (const query of findQueries(document)) {
    const at = query.sql.toSql(offset);
    if (at !== undefined) return { query, at };
  }
  const around = document.strings.find((it) => it.from < offset && offset < it.to && !it.isBytes);
  if (around === undefined) return undefined;
  const sql = new SqlText(readString(document, around));
  const at = sql.toSql(offset);
  const looksLikeSql = /^\s*(?:SELECT|WITH|EXPLAIN)\s/.test(sql.text);
  return at === undefined || !looksLikeSql
    ? undefined
    : { query: { sql, database: undefined, parameters: [] }, at };
}

function readQueries(document: PluginDocument): SqlQuery[] {
  const found: SqlQuery[] = [];
  for (const { owner, method, call, place } of document.apiCalls) {
    if (owner !== "influxdb3_local" || method !== "query") continue;
    const given = argument(call.arguments, 0, "query");
    const parts = given === undefined ? undefined : readParts(document, given, place);
    if (parts === undefined) continue;
    const hasSpread = call.arguments.some((it) => it.spread !== undefined);
    const values = argument(call.arguments, 1, "args");
    found.push({
      sql: new SqlText(parts),
      database: hasSpread ? null : databaseOf(argument(call.arguments, 2, "database")),
      parameters: values === undefined ? [] : keysOf(document, values, place),
    });
  }
  return found;
}

function argument(given: readonly Argument[], position: number, name: string): Expression | undefined {
  const named = given.find((it) => it.name === name);
  if (named !== undefined) return named.value;
  const before = given.slice(0, position + 1);
  return before.every((it) => it.name === undefined && it.spread === undefined)
    ? before[position]?.value
    : undefined;
}

function databaseOf(given: Expression | undefined): string | undefined | null {
  if (given === undefined || (given.kind === "constant" && given.value === null)) return undefined;
  return textOf(given) ?? null;
}

function textOf(expression: Expression): string | undefined {
  if (expression.kind !== "string") return undefined;
  const [piece, ...more] = expression.pieces;
  return more.length === 0 && piece?.kind === "text" ? piece.value : undefined;
}

function keysOf(
  document: PluginDocument,
  values: Expression,
  place: Parameters<typeof readParts>[2],
): string[] {
  const given = values.kind === "name" ? document.resolve(values.name, place, values.from) : values;
  if (given?.kind !== "dict") return [];
  return given.entries.flatMap(({ key }) => {
    const name = key === undefined ? undefined : textOf(key);
    return name === undefined ? [] : [name];
  });
}
