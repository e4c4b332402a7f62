import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";

/** A DuckDB, and a directory for files that it reads. */
export class Engine {
  readonly #directory = mkdtempSync(path.join(tmpdir(), "millrace-parquet-"));
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #files = 0;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async start(): Promise<Engine> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    return new Engine(instance, await instance.connect());
  }

  /** Returns what stands for the file in SQL. */
  file(bytes: Uint8Array): string {
    const name = path.join(this.#directory, `${this.#files++}.parquet`);
    writeFileSync(name, bytes);
    return `'${name}'`;
  }

  async rows(sql: string): Promise<DuckDBValue[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
