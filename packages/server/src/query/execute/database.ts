import duckdb from "@duckdb/node-bindings";
import { literalPattern } from "./literal-pattern.ts";
import type { ScanSource } from "./scan/index.ts";
import { registerScan } from "./scan/index.ts";

export interface DatabaseOptions {
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Files below these can be read, and nothing else of the machine. */
  readonly directories: readonly string[];
}

/** One connection runs one query at a time: it can be interrupted alone, and its sources are its own. */
export interface Session {
  readonly connection: duckdb.Connection;
  readonly id: number;
}

/** Idle connections kept for the next query. */
const MOST_IDLE = 16;

/**
 * The in-memory DuckDB instance. It owns no data: everything is read through the scan function or from data files.
 * Nothing else of the machine is within its reach, and the last setting makes the others final.
 */
export class Database {
  readonly #database: duckdb.Database;
  readonly #sources = new Map<number, readonly ScanSource[]>();
  readonly #idle: Session[] = [];

  private constructor(database: duckdb.Database) {
    this.#database = database;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const config = duckdb.create_config();
    duckdb.set_config(config, "threads", String(options.threads));
    duckdb.set_config(
      config,
      "memory_limit",
      `${Math.max(64, Math.floor(options.memoryLimitBytes / 1e6))}MB`,
    );
    const database = new Database(await duckdb.open(":memory:", config));
    await database.#prepare(options.directories);
    return database;
  }

  async #prepare(directories: readonly string[]): Promise<void> {
    const session = await this.#connect();
    registerScan(session.connection, (id) => this.#sources.get(id));
    for (const setting of settings(directories)) await duckdb.query(session.connection, setting);
    this.#idle.push(session);
  }

  async acquire(sources: readonly ScanSource[]): Promise<Session> {
    const session = this.#idle.pop() ?? (await this.#connect());
    this.#sources.set(session.id, sources);
    return session;
  }

  /** The connection must be at rest: no result of it may be open. */
  release(session: Session): void {
    this.#sources.delete(session.id);
    if (this.#idle.length < MOST_IDLE) this.#idle.push(session);
    else duckdb.disconnect_sync(session.connection);
  }

  close(): void {
    for (const session of this.#idle.splice(0)) duckdb.disconnect_sync(session.connection);
    duckdb.close_sync(this.#database);
  }

  async #connect(): Promise<Session> {
    const connection = await duckdb.connect(this.#database);
    const id = duckdb.client_context_get_connection_id(duckdb.connection_get_client_context(connection));
    return { connection, id };
  }
}

/** Their order matters: directories cannot be changed any more once the outside is closed off. */
function settings(directories: readonly string[]): readonly string[] {
  // Files are checked twice: by the pattern that a statement has, and by the path that it leads to.
  const names = new Set(directories.flatMap((directory) => [directory, literalPattern(directory)]));
  const allowed = Array.from(names, (name) => `'${name.replaceAll("'", "''")}'`).join(", ");
  return [
    "SET GLOBAL temp_directory = ''",
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL default_null_order = 'NULLS_LAST_ON_ASC_FIRST_ON_DESC'",
    "SET GLOBAL preserve_insertion_order = true",
    "SET GLOBAL autoload_known_extensions = false",
    "SET GLOBAL autoinstall_known_extensions = false",
    // Data files never change, so what is known of one stays true.
    "SET GLOBAL parquet_metadata_cache = true",
    `SET GLOBAL allowed_directories = [${allowed}]`,
    "SET GLOBAL enable_external_access = false",
    "SET GLOBAL lock_configuration = true",
  ];
}
