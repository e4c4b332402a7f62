import { ServerError } from "../foundation/index.ts";

/** The database that belongs to the server itself. */
export const INTERNAL_DATABASE = "_internal";

const MAX_DATABASE_NAME_BYTES = 511;

const RESERVED_COLUMNS = new Set(["time", "__chunk_order"]);

/** Throws ServerError when no database can have this name: docs/reference/http-api.md, "Database names". */
export function checkDatabaseName(name: string): void {
  if (name === "") throw new ServerError("database_name_empty");
  if (Buffer.byteLength(name) > MAX_DATABASE_NAME_BYTES) throw new ServerError("database_name_too_long");
  if (!/^[A-Za-z0-9]/.test(name)) throw new ServerError("database_name_start");
  if (!/^[A-Za-z0-9_/-]*$/.test(name)) throw new ServerError("database_name_character");
  const slash = name.indexOf("/");
  if (slash >= 0 && (slash !== name.lastIndexOf("/") || slash === name.length - 1)) {
    throw new ServerError("database_name_retention_policy");
  }
}

/** Throws ServerError for names that every table needs for itself. */
export function checkColumnName(name: string): void {
  if (RESERVED_COLUMNS.has(name)) throw new ServerError("reserved_column", { name });
}

/** The name a deleted database or table is kept under, so that its own name is free: `name-YYYYMMDDTHHMMSS`. */
export function deletedName(
  name: string,
  id: number,
  atMs: number,
  taken: (name: string) => boolean,
): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, "");
  const renamed = `${name}-${stamp}`;
  return taken(renamed) ? `${renamed}-${id}` : renamed;
}
