import { PRECISION_NAMES, type Precision } from "@millrace/line-protocol";
import type { BufferStore } from "../buffer/index.ts";
import type { Catalog, DatabaseInfo, TableInfo } from "../catalog/index.ts";
import type { Logger } from "../foundation/index.ts";
import type { ReplayedEntry } from "../wal/index.ts";
import type { DatabaseStates, Savepoint, SchemaScope } from "./lines/index.ts";
import { LineRefusal, WriteRun } from "./lines/index.ts";

export interface ReplayCounts {
  rows: number;
  /** Writes to databases that were deleted since. */
  skippedWrites: number;
  /** Rows of tables that were deleted since. */
  skippedRows: number;
  /** Rows that could not be brought back; each entry with such rows is in the log. */
  failedRows: number;
}

export interface ReplayOptions {
  readonly catalog: Catalog;
  readonly store: BufferStore;
  readonly states: DatabaseStates;
  readonly logger: Logger;
}

/**
 * Catalog changes are durable before the writes that need them, so a log that knows more belongs to another catalog.
 * Going on would drop its writes, and later give them to databases that get the same ids.
 */
export class CatalogBehindLogError extends Error {
  override name = "CatalogBehindLogError";
  /** Tells damaged files from every other failed start. */
  readonly exitCode = 3;

  constructor(contradiction: string) {
    super(
      `${contradiction}: the catalog was lost, or is an old copy or another's. ` +
        "Restore the node's `catalog` directory as it belongs to the log, " +
        "or move the `wal` directory beside it away to start without its writes",
    );
  }
}

/** Puts the WAL's entries back into the buffer as they were written. Their schema is in the catalog already. */
export class Replay {
  readonly counts: ReplayCounts = { rows: 0, skippedWrites: 0, skippedRows: 0, failedRows: 0 };
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  replay(entry: ReplayedEntry): void {
    const { catalog, store, states } = this.#options;
    const { databaseId, catalogSequence } = entry;
    if (catalogSequence > catalog.sequence) {
      throw new CatalogBehindLogError(
        `the catalog ends at commit ${catalog.sequence}, but the write-ahead log holds writes of commit ${catalogSequence}`,
      );
    }
    const database = catalog.databaseById(databaseId);
    if (database === undefined && !catalog.hadDatabase(databaseId)) {
      throw new CatalogBehindLogError(
        `the write-ahead log holds writes to database ${databaseId}, which the catalog never had`,
      );
    }
    if (database === undefined || database.deleted) {
      this.counts.skippedWrites++;
      return;
    }
    const scope = new ReplayScope(database, catalogSequence);
    const state = states.get(database.name);
    const run = new WriteRun({
      state,
      scope,
      store,
      stopAtError: false,
      catalogSequence,
    });
    const { bytes, defaultTimeNs } = entry;
    state.parser.reset(bytes, 0, bytes.length, { precision: precisionOf(entry), defaultTimeNs });
    run.step(Number.POSITIVE_INFINITY);
    store.publish(run.positions());
    this.counts.rows += run.acceptedLines;
    this.counts.skippedRows += scope.skippedLines;
    this.#reportFailures(run, scope, entry);
    states.keepBounds(database.name);
  }

  #reportFailures(run: WriteRun, scope: ReplayScope, entry: ReplayedEntry): void {
    const failed = run.errors.count - scope.skippedLines;
    if (failed === 0) return;
    this.counts.failedRows += failed;
    this.#options.logger.error("a write in the WAL no longer fits the catalog: its rows are missing", {
      rows: failed,
      database_id: entry.databaseId,
      catalog_sequence: entry.catalogSequence,
      first_error: run.errors.listed.find(({ error_message }) => error_message !== GONE)?.error_message,
    });
  }
}

const GONE = "the table was deleted";

/** The catalog as it is; what an entry names and is not there belonged to something deleted since. */
class ReplayScope implements SchemaScope {
  skippedLines = 0;
  readonly #database: DatabaseInfo;
  readonly #catalogSequence: number;

  constructor(database: DatabaseInfo, catalogSequence: number) {
    this.#database = database;
    this.#catalogSequence = catalogSequence;
  }

  table(name: string): TableInfo | undefined {
    const table = this.#database.table(name);
    return table !== undefined && table.createdSequence <= this.#catalogSequence ? table : undefined;
  }

  addTable(): TableInfo {
    this.skippedLines++;
    throw new LineRefusal(GONE);
  }

  addColumn(table: TableInfo, name: string): TableInfo {
    throw new LineRefusal(`table '${table.name}' has no column '${name}'`);
  }

  savepoint(): Savepoint {
    return undefined;
  }

  rollbackTo(): void {}
}

function precisionOf(entry: ReplayedEntry): Precision {
  if (PRECISION_NAMES[entry.precision] === undefined) {
    throw new RangeError(`a WAL entry has the unknown precision code ${entry.precision}`);
  }
  return entry.precision as Precision;
}
