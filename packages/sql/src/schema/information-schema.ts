import { arrowTypeName, INT32, type SqlType, UINT64, UTF8 } from "../types/index.ts";
import {
  CATALOG_NAME,
  type ColumnSchema,
  compareNames,
  type SchemaModel,
  type SchemaName,
  type TableSchema,
} from "./model.ts";

export type CatalogValue = string | bigint | null;
export type CatalogRow = readonly CatalogValue[];

function column(name: string, type: SqlType, nullable: boolean): ColumnSchema {
  return { name, kind: "plain", type, nullable };
}

/** Reads "name name? …": text columns, `?` marks the nullable ones. */
function textColumns(names: string): ColumnSchema[] {
  return names.split(" ").map((name) => column(name.replace("?", ""), UTF8, name.endsWith("?")));
}

function view(name: string, columns: readonly ColumnSchema[]): TableSchema {
  return { schema: "information_schema", name, columns };
}

/** The views, in the fixed order in which SHOW TABLES lists them (docs/reference/sql.md). */
export const INFORMATION_SCHEMA: readonly TableSchema[] = [
  view("tables", textColumns("table_catalog table_schema table_name table_type")),
  view("views", textColumns("table_catalog table_schema table_name definition?")),
  view("columns", [
    ...textColumns("table_catalog table_schema table_name column_name"),
    column("ordinal_position", UINT64, false),
    ...textColumns("column_default? is_nullable data_type"),
    ...["character_maximum_length", "character_octet_length", "numeric_precision"].map((name) =>
      column(name, UINT64, true),
    ),
    ...["numeric_precision_radix", "numeric_scale", "datetime_precision"].map((name) =>
      column(name, UINT64, true),
    ),
    ...textColumns("interval_type?"),
  ]),
  view("df_settings", textColumns("name value? description?")),
  view(
    "schemata",
    textColumns(
      "catalog_name schema_name schema_owner? default_character_set_catalog? default_character_set_schema? default_character_set_name? sql_path?",
    ),
  ),
  view(
    "routines",
    textColumns(
      "specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_type is_deterministic? data_type? function_type? description? syntax_example?",
    ),
  ),
  view("parameters", [
    ...textColumns("specific_catalog specific_schema specific_name"),
    column("ordinal_position", UINT64, false),
    ...textColumns("parameter_mode parameter_name? data_type parameter_default?"),
    column("is_variadic", UTF8, false),
    column("rid", INT32, false),
  ]),
];

const VIEWS = new Map(INFORMATION_SCHEMA.map((table) => [table.name, table]));

/** Finds a table by exact name, the built-in views included. */
export function findTable(model: SchemaModel, schema: string, name: string): TableSchema | undefined {
  if (schema === "information_schema") return VIEWS.get(name);
  return isStored(schema) ? model.table(schema, name) : undefined;
}

function isStored(schema: string): schema is SchemaName {
  return schema === "iox" || schema === "system" || schema === "millrace";
}

/**
 * What a listing shows: tables of `iox`, then `system`, then the views. Clients compare this list with what the
 * original has, so the tables of schema `millrace` are not in it.
 */
export function listTables(model: SchemaModel): readonly TableSchema[] {
  const sorted = (schema: SchemaName) =>
    model
      .tables()
      .filter((table) => table.schema === schema)
      .sort((a, b) => compareNames(a.name, b.name));
  return [...sorted("iox"), ...sorted("system"), ...INFORMATION_SCHEMA];
}

/** The rows of one view of information_schema, aligned with its columns. */
export function informationSchemaRows(model: SchemaModel, viewName: string): readonly CatalogRow[] {
  switch (viewName) {
    case "tables":
      return listTables(model).map(tableRow);
    case "columns":
      return listTables(model).flatMap((table) => table.columns.map((c, i) => columnRow(table, c, i)));
    case "schemata":
      return ["iox", "system", "information_schema"].map((schema) => [
        CATALOG_NAME,
        schema,
        null,
        null,
        null,
        null,
        null,
      ]);
    case "views":
      return INFORMATION_SCHEMA.map((table) => [CATALOG_NAME, table.schema, table.name, null]);
    case "df_settings":
      return [["datafusion.execution.time_zone", "+00:00", "The time zone of timestamps without one"]];
    default:
      return [];
  }
}

function tableRow(table: TableSchema): CatalogRow {
  const type = table.schema === "information_schema" ? "VIEW" : "BASE TABLE";
  return [CATALOG_NAME, table.schema, table.name, type];
}

function columnRow(table: TableSchema, c: ColumnSchema, position: number): CatalogRow {
  const octets = c.type.kind === "utf8" && !c.type.dictionary ? 2_147_483_647n : null;
  const [precision, radix, scale] = numericFacts(c.type);
  return [
    CATALOG_NAME,
    table.schema,
    table.name,
    c.name,
    BigInt(position),
    null,
    c.nullable ? "YES" : "NO",
    arrowTypeName(c.type),
    null,
    octets,
    precision,
    radix,
    scale,
    null,
    null,
  ];
}

function numericFacts(type: SqlType): readonly [bigint | null, bigint | null, bigint | null] {
  if (type.kind === "int") return [BigInt(type.bits), 2n, null];
  if (type.kind === "float") return [type.bits === 64 ? 53n : 24n, 2n, null];
  if (type.kind === "decimal") return [BigInt(type.precision), 10n, BigInt(type.scale)];
  return [null, null, null];
}

/** SHOW TABLES: the rows of information_schema.tables. */
export function showTablesRows(model: SchemaModel): readonly CatalogRow[] {
  return informationSchemaRows(model, "tables");
}

/** SHOW COLUMNS: catalog, schema, table, column, type, nullable. */
export function showColumnsRows(table: TableSchema): readonly CatalogRow[] {
  return table.columns.map((c) => [
    CATALOG_NAME,
    table.schema,
    table.name,
    c.name,
    arrowTypeName(c.type),
    c.nullable ? "YES" : "NO",
  ]);
}

/** DESCRIBE: column, type, nullable. */
export function describeRows(table: TableSchema): readonly CatalogRow[] {
  return table.columns.map((c) => [c.name, arrowTypeName(c.type), c.nullable ? "YES" : "NO"]);
}
