import type { QueryFormat } from "@millrace/api";
import type { NodeCatalog } from "../catalog/index.ts";
import { ServerError } from "../foundation/index.ts";
import { type EncodedRows, encodeRows } from "../query/index.ts";

/** `GET /api/v3/configure/database`: live databases by name, then the deleted ones when they are asked for. */
export function databaseList(catalog: NodeCatalog, format: QueryFormat, showDeleted: boolean): EncodedRows {
  if (format === "parquet") throw new ServerError("format_not_supported", { format });
  const listed = [...catalog.databases()]
    .filter((database) => showDeleted || !database.deleted)
    .sort((a, b) => Number(a.deleted) - Number(b.deleted) || (a.name < b.name ? -1 : 1));
  const name = { name: "iox::database", type: { kind: "utf8", dictionary: false } } as const;
  const deleted = { name: "deleted", type: { kind: "boolean" } } as const;
  return showDeleted
    ? encodeRows(
        format,
        [name, deleted],
        listed.map((database) => [database.name, database.deleted]),
      )
    : encodeRows(
        format,
        [name],
        listed.map((database) => [database.name]),
      );
}
