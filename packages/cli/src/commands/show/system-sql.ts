const SYSTEM_COLUMNS = "FROM information_schema.columns WHERE table_schema = 'system'";

/** Every system table with its columns. */
export const TABLE_LIST_SQL =
  "SELECT table_name, array_agg(column_name ORDER BY column_name) AS column_names " +
  `${SYSTEM_COLUMNS} GROUP BY table_name ORDER BY table_name`;

export const TABLE_NAMES_SQL = `SELECT DISTINCT table_name ${SYSTEM_COLUMNS} ORDER BY table_name`;

/** The column that is most telling when rows are cut off. */
const DEFAULT_ORDER: Record<string, string> = {
  cpu: "usage_percent",
  last_caches: "count",
  parquet_files: "size_bytes",
  queries: "end2end_duration",
  distinct_caches: "max_cardinality",
};

/** Queries of system tables would hide what the user ran. */
const FILTERS: Record<string, string> = {
  queries: "query_text NOT LIKE '%system.%' AND query_text NOT LIKE '%information_schema%'",
};

const quotedName = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Quotes a plain column name, so that columns named like keywords work; anything else stays an expression. */
function column(text: string): string {
  const match = /^\s*([A-Za-z_]\w*)(\s+(?:asc|desc))?\s*$/i.exec(text);
  return match === null ? text.trim() : `${quotedName(match[1]!)}${match[2]?.toUpperCase() ?? ""}`;
}

export interface TableQuery {
  table: string;
  select: readonly string[];
  orderBy: readonly string[];
  /** 0: all rows. */
  limit: number;
}

export function tableSql({ table, select, orderBy, limit }: TableQuery): string {
  const order = orderBy.length > 0 ? orderBy : [DEFAULT_ORDER[table]].filter((one) => one !== undefined);
  const filter = FILTERS[table];
  const parts = [
    `SELECT ${select.length === 0 ? "*" : select.map(column).join(", ")} FROM system.${quotedName(table)}`,
  ];
  if (filter !== undefined) parts.push(`WHERE ${filter}`);
  if (order.length > 0) parts.push(`ORDER BY ${order.map(column).join(", ")}`);
  if (limit > 0) parts.push(`LIMIT ${limit}`);
  return parts.join(" ");
}
