import { INFORMATION_SCHEMA, informationSchemaRows, planError, type SqlType } from "@millrace/sql";
import type { BufferMirror } from "../../buffer/index.ts";
import {
  bufferScan,
  failureOf,
  type QueryFailure,
  rowsScan,
  type ScanSource,
  TagEntries,
  type TimeRange,
} from "../execute/index.ts";
import type { CellValue, ResultColumn } from "../result/index.ts";
import type { CompiledQuery, SourceRef } from "../rewrite/index.ts";
import type { MirroredDatabase, StoredTable } from "./schema-mirror.ts";

/** Rows of a `system` table, which the main thread knows. */
export type SystemRowsOf = (databaseId: number, table: string) => Promise<readonly (readonly CellValue[])[]>;

/** Gives every base table of a compiled query the rows it is read from. */
export class SourceBinder {
  readonly #mirror: BufferMirror;
  readonly #systemRowsOf: SystemRowsOf;
  /** Table id → tag index → entries; dropped with the table. */
  readonly #tagEntries = new Map<number, Map<number, TagEntries>>();

  constructor(mirror: BufferMirror, systemRowsOf: SystemRowsOf) {
    this.#mirror = mirror;
    this.#systemRowsOf = systemRowsOf;
  }

  /**
   * Call it right after compiling: the shape of stored tables is taken at once, because column numbers shift when a
   * table gets a new column. Their rows are pinned last and together, after everything that takes time.
   */
  async bind(
    query: CompiledQuery,
    database: MirroredDatabase,
    nowNs: bigint,
  ): Promise<readonly ScanSource[]> {
    const stored = query.sources.map((source) => storedTable(source, database));
    const virtual: (ScanSource | undefined)[] = [];
    for (const source of query.sources) {
      virtual.push(source.schema === "iox" ? undefined : await this.#virtualSource(source, database));
    }
    const oldest = database.retentionPeriodNs === null ? undefined : nowNs - database.retentionPeriodNs;
    return query.sources.map((source, i) => virtual[i] ?? this.#storedSource(source, stored[i]!, oldest));
  }

  forgetTable(tableId: number): void {
    this.#tagEntries.delete(tableId);
  }

  async #virtualSource(source: SourceRef, database: MirroredDatabase): Promise<ScanSource> {
    if (source.schema === "information_schema") {
      const view = INFORMATION_SCHEMA.find((table) => table.name === source.table);
      const types = view?.columns.map((column) => column.type) ?? [];
      return rowsScan(types, informationSchemaRows(database.model, source.table));
    }
    const schema = database.model.table("system", source.table);
    if (schema === undefined) throw missing(source);
    const rows = await this.#systemRowsOf(database.id, source.table);
    return rowsScan(
      schema.columns.map((column) => column.type),
      rows,
    );
  }

  #storedSource(source: SourceRef, table: StoredTable, oldest: bigint | undefined): ScanSource {
    const view = this.#mirror.table(table.id);
    const types = table.columns.map((column) => column.type);
    if (view === undefined || view.rowCount === 0) return rowsScan(types, []);
    const range = notBefore(source.timeRange, oldest);
    return bufferScan(view, table.columns, source.columns, range, (tableId, tag) =>
      this.#entriesOf(tableId, tag),
    );
  }

  #entriesOf(tableId: number, tagIndex: number): TagEntries {
    let ofTable = this.#tagEntries.get(tableId);
    if (ofTable === undefined) {
      ofTable = new Map();
      this.#tagEntries.set(tableId, ofTable);
    }
    let entries = ofTable.get(tagIndex);
    if (entries === undefined) {
      entries = new TagEntries();
      ofTable.set(tagIndex, entries);
    }
    return entries;
  }
}

function storedTable(source: SourceRef, database: MirroredDatabase): StoredTable | undefined {
  if (source.schema !== "iox") return undefined;
  const table = database.table(source.table);
  if (table === undefined) throw missing(source);
  return table;
}

/** Rows older than the database's retention period are never shown, whether they were removed yet or not. */
function notBefore(range: TimeRange, oldest: bigint | undefined): TimeRange {
  if (oldest === undefined || (range.minNs !== undefined && range.minNs >= oldest)) return range;
  return { ...range, minNs: oldest };
}

function missing(source: SourceRef): QueryFailure {
  return failureOf(planError(`table 'public.${source.schema}.${source.table}' not found`));
}

export function resultColumns(query: CompiledQuery): readonly ResultColumn[] {
  return query.output.map(({ name, type }) => ({ name, type }));
}

export function outputTypes(query: CompiledQuery): readonly SqlType[] {
  return query.output.map((column) => column.type);
}
