import type { SqlType } from "@millrace/sql";
import { systemClock } from "#src/foundation/index.js";
import { ByteWriter, createEncoder } from "#src/query/encode/index.js";
import { bindParams, Database, Permits, RunningQuery, type ScanSource } from "#src/query/execute/index.js";
import type { Batch } from "#src/query/result/index.js";
import type { BoundParam } from "#src/query/rewrite/index.js";

/** DuckDB with the scan function, asked in DuckDB's own SQL: what lies below the planner. */
export class Engine {
  readonly database: Database;
  readonly permits: Permits;

  private constructor(database: Database) {
    this.database = database;
    this.permits = new Permits(2);
  }

  static async open(memoryLimitBytes = 512_000_000, directories: readonly string[] = []): Promise<Engine> {
    return new Engine(await Database.open({ threads: 2, memoryLimitBytes, directories }));
  }

  start(): RunningQuery {
    return new RunningQuery(this.database, this.permits, systemClock);
  }

  async batches(
    sql: string,
    types: readonly SqlType[],
    sources: readonly ScanSource[] = [],
    params: readonly BoundParam[] = [],
  ): Promise<Batch[]> {
    const query = this.start();
    const batches: Batch[] = [];
    try {
      await query.start({
        sql,
        sources,
        types,
        files: new Map(),
        bind: (prepared) => bindParams(prepared, params),
      });
      for (let batch = await query.next(); batch !== undefined; batch = await query.next())
        batches.push(batch);
    } finally {
      await query.close();
    }
    return batches;
  }

  /** The rows as JSON lines, parsed. */
  async rows(
    sql: string,
    types: readonly SqlType[],
    sources: readonly ScanSource[] = [],
    params: readonly BoundParam[] = [],
  ): Promise<Record<string, unknown>[]> {
    const encoder = createEncoder(
      "jsonl",
      types.map((type, i) => ({ name: `v${i}`, type })),
    );
    const out = new ByteWriter();
    for (const batch of await this.batches(sql, types, sources, params)) {
      encoder.rows(batch, 0, out, Number.POSITIVE_INFINITY);
    }
    return Buffer.from(out.take())
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The first row as it is written in JSON. */
  async firstRow(sql: string, types: readonly SqlType[]): Promise<string> {
    const encoder = createEncoder(
      "jsonl",
      types.map((type, i) => ({ name: `v${i}`, type })),
    );
    const out = new ByteWriter();
    const [batch] = await this.batches(sql, types);
    encoder.rows(batch!, 0, out, 1);
    return Buffer.from(out.take()).toString().trimEnd();
  }

  close(): void {
    this.database.close();
  }
}
