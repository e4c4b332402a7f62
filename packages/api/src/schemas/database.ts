import { z } from "zod";
import { humanDuration, queryBoolean } from "./common.ts";
import { queryFormat } from "./query.ts";

/** `GET /api/v3/configure/database` */
export const listDatabasesQuery = z.object({
  format: queryFormat,
  show_deleted: queryBoolean.default(false),
});
export type ListDatabasesQuery = z.output<typeof listDatabasesQuery>;

/** `POST` and `PUT /api/v3/configure/database`; the period comes out in nanoseconds. */
export const databaseBody = z.object({ db: z.string(), retention_period: humanDuration.nullish() });
export type DatabaseBody = z.input<typeof databaseBody>;

/** `DELETE /api/v3/configure/database`; `hard_delete_at` follows the grammar of `parseHardDelete`. */
export const deleteDatabaseQuery = z.object({ db: z.string(), hard_delete_at: z.string().optional() });
export type DeleteDatabaseQuery = z.output<typeof deleteDatabaseQuery>;

/** `POST /api/v3/configure/database/retention_period` */
export const setRetentionQuery = z.object({ db: z.string(), duration: humanDuration });
/** `DELETE /api/v3/configure/database/retention_period` */
export const clearRetentionQuery = z.object({ db: z.string() });

export const FIELD_TYPES = ["utf8", "int64", "uint64", "float64", "bool"] as const;
export type FieldTypeName = (typeof FIELD_TYPES)[number];

/** `POST /api/v3/configure/table` */
export const createTableBody = z.object({
  db: z.string(),
  table: z.string(),
  tags: z.array(z.string()),
  fields: z.array(z.object({ name: z.string(), type: z.enum(FIELD_TYPES) })),
});
export type CreateTableBody = z.output<typeof createTableBody>;

/** `DELETE /api/v3/configure/table` */
export const deleteTableQuery = z.object({
  db: z.string(),
  table: z.string(),
  hard_delete_at: z.string().optional(),
});
export type DeleteTableQuery = z.output<typeof deleteTableQuery>;
