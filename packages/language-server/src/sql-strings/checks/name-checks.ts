import { findFunction, functionNames, type SchemaModel } from "@millrace/sql";
import { nearest } from "../../analysis/index.ts";
import {
  type ColumnUse,
  type FunctionUse,
  type Names,
  type TableUse,
  visibleColumns,
} from "../names/index.ts";
import { writtenName } from "../statement/index.ts";
import type { SqlFinding } from "./sql-finding.ts";

/** What other servers have and Millrace has not yet: docs/reference/sql.md, "Not yet". */
const ELSEWHERE = new Set(
  [
    "approx_percentile_cont_with_weight sha224 sha384 sha512 digest array_dims array_positions array_resize",
    "map_entries regexp_instr last_cache distinct_cache array_any_value array_distance array_remove_n array_replace",
    "array_replace_n arrow_metadata make_time to_time union_extract union_tag percentile_cont list_dims",
    "list_positions list_resize list_any_value list_distance list_remove_n list_replace list_replace_n",
    "current_schema current_user database substring_index gen_series array_add array_scale",
  ].flatMap((names) => names.split(" ")),
);

const TABLE_FUNCTIONS = new Set(["range", "generate_series"]);

/** Whether Millrace, and not only some other server, knows all that a statement names. */
export function areAllKnown({ tables, functions }: Names): boolean {
  return (
    tables.every(({ found }) => found === "query" || (typeof found === "object" && found.schema === "iox")) &&
    functions.every(({ name, isTable }) => (isTable ? TABLE_FUNCTIONS.has(name) : isFunction(name)))
  );
}

/** Names that neither the tables nor the functions of the database explain. */
export function nameFindings(names: Names, schema: SchemaModel | undefined, database: string): SqlFinding[] {
  const functions = names.functions.flatMap(functionFinding);
  if (schema === undefined) return functions;
  const tables = names.tables.flatMap((table) => tableFinding(table, schema, database));
  return [...tables, ...names.columns.flatMap(columnFinding), ...functions];
}

function tableFinding(use: TableUse, model: SchemaModel, database: string): SqlFinding[] {
  if (use.found !== "missing") return [];
  const { name, schema, span } = use;
  const tables = model.tables();
  const elsewhere = schema === "iox" && tables.some((it) => it.schema === "system" && it.name === name);
  const names = tables.filter((table) => table.schema === schema).map((table) => table.name);
  const meant = elsewhere ? undefined : nearest(name, names);
  const shown = elsewhere ? `system.${name}` : meant;
  return [
    {
      code: "sql-unknown-table",
      severity: "warning",
      span,
      message: `${schema === "iox" ? `Database '${database}'` : `Schema '${schema}'`} has no table '${name}'${ending(shown)}`,
      replacement: elsewhere ? `system.${writtenName(name)}` : meant && writtenName(meant),
    },
  ];
}

function columnFinding(use: ColumnUse): SqlFinding[] {
  const { found, name, qualifier, span, isQuoted } = use;
  if (found === "no table" && qualifier !== undefined) return [qualifierFinding(use, qualifier)];
  if (found !== "missing") return [];
  const relations = qualifier?.relation === undefined ? use.scope.relations : [qualifier.relation];
  const columns = qualifier?.relation?.columns ?? visibleColumns(use.scope);
  const meant = nearest(name, [
    ...columns.map((it) => it.name),
    ...(qualifier === undefined ? aliasesOf(use) : []),
  ]);
  const table = relations.length === 1 ? relations[0]!.table : undefined;
  const who = table === undefined ? "No table of this query has" : `Table '${table.name}' has no`;
  const what = table === undefined ? `a column '${name}'` : `column '${name}'`;
  const isText = meant === undefined && isQuoted && qualifier === undefined;
  return [
    {
      code: "sql-unknown-column",
      severity: "warning",
      span,
      message: `${who} ${what}${isText ? `. Text stands in single quotes: '${name}'.` : ending(meant)}`,
      replacement: isText ? `'${name.replaceAll("'", "''")}'` : meant && writtenName(meant, isQuoted),
    },
  ];
}

function aliasesOf({ scope }: ColumnUse): readonly string[] {
  return [...(scope.aliases ?? [])];
}

function qualifierFinding(
  { scope }: ColumnUse,
  { name, span }: NonNullable<ColumnUse["qualifier"]>,
): SqlFinding {
  const names = scope.relations.flatMap((relation) => relation.qualifiers?.at(-1) ?? []);
  const meant = nearest(name, names) ?? (names.length === 1 ? names[0] : undefined);
  return {
    code: "sql-unknown-table",
    severity: "warning",
    span,
    message: `This query has no table or alias '${name}'${ending(meant)}`,
    replacement: meant && writtenName(meant),
  };
}

function isFunction(name: string): boolean {
  return findFunction(name) !== undefined || functionNames().includes(name);
}

function functionFinding({ name, span, isTable }: FunctionUse): SqlFinding[] {
  if (isTable || isFunction(name) || ELSEWHERE.has(name)) return [];
  const meant = nearest(name, functionNames());
  // Another server may have it, if it is no slip of the keyboard.
  if (meant === undefined) return [];
  const message = `There is no function '${name}'${ending(meant)}`;
  return [{ code: "sql-unknown-function", span, message, replacement: meant }];
}

function ending(meant: string | undefined): string {
  return meant === undefined ? "." : `; did you mean '${meant}'?`;
}
