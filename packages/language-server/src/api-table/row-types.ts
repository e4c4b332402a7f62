import { INFLUXDB3_LOCAL } from "./classes.ts";
import { findMethod } from "./lookup.ts";

/** A column as Python sees its values. */
export interface RowColumn {
  readonly name: string;
  /** In Python's notation. */
  readonly type: string;
}

/** What is known of the rows that plugins work on. */
export interface RowTypes {
  readonly tables: readonly { readonly name: string; readonly columns: readonly RowColumn[] }[];
  /** By the exact text of the statement. */
  readonly queries: readonly { readonly sql: string; readonly columns: readonly RowColumn[] }[];
}

export const NO_ROW_TYPES: RowTypes = { tables: [], queries: [] };
/** How the types of rows are called; what follows is a table's name or a query's number. */
export const BATCH_ROW = "Row_";
export const QUERY_ROW = "QueryRow_";
const BATCH = "Batch_";
/** Where people read their columns from somewhere else than from memory. */
const COLUMNS_MAX = 3000;

/** Classes for rows, and the type of `table_batches`: any table may be among them, also one made later. */
export function rowTypesStub({ tables, queries }: RowTypes): string {
  const isLarge = tables.reduce((sum, table) => sum + table.columns.length, 0) > COLUMNS_MAX;
  const known = isLarge ? [] : tables;
  const names = uniqueNames(known.map((table) => table.name));
  const classes = known.flatMap((table, i) => [
    typedDict(`${BATCH_ROW}${names[i]}`, table.columns),
    typedDict(`${BATCH}${names[i]}`, [
      { name: "table_name", type: `Literal[${literal(table.name)}]` },
      { name: "rows", type: `list[${BATCH_ROW}${names[i]}]` },
    ]),
  ]);
  const union = [...names.map((name) => `${BATCH}${name}`), "TableBatch"].join(" | ");
  const rows = queries.flatMap((query, i) => [typedDict(`${QUERY_ROW}${i}`, query.columns), rowList(i)]);
  return [...classes, `TableBatches: TypeAlias = list[${union}]`, ...rows, ""].join("\n");
}

/** One signature of `query` for each statement that is known. */
export function queryOverloads({ queries }: RowTypes): readonly { returns: string; sqlType: string }[] {
  if (queries.length === 0) return [];
  const any = findMethod(INFLUXDB3_LOCAL, "query")!;
  return [
    ...queries.map((query, i) => ({ returns: `QueryRows_${i}`, sqlType: `Literal[${literal(query.sql)}]` })),
    { returns: any.returns, sqlType: "str" },
  ];
}

/** A list of dicts to whoever asks for one. */
function rowList(index: number): string {
  const row = `${QUERY_ROW}${index}`;
  return [
    `class QueryRows_${index}(list[dict[str, Any]]):`,
    `    def __iter__(self) -> Iterator[${row}]: ...`,
    "    @overload",
    `    def __getitem__(self, i: SupportsIndex, /) -> ${row}: ...`,
    "    @overload",
    `    def __getitem__(self, i: slice, /) -> QueryRows_${index}: ...`,
  ].join("\n");
}

function typedDict(name: string, columns: readonly RowColumn[]): string {
  const keys = columns.map((column) => `${literal(column.name)}: ${column.type}`).join(", ");
  return `${name} = TypedDict("${name}", {${keys}})`;
}

/** Python reads JSON's escapes alike. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let unique = name.replace(/\W/g, "_");
    while (used.has(unique)) unique += "_";
    used.add(unique);
    return unique;
  });
}
