import {
  INFORMATION_SCHEMA,
  informationSchemaRows,
  planError,
  type SchemaModel,
  type TimeRange,
} from "@millrace/sql";
import type { TableView } from "../../buffer/index.ts";
import type { AcquiredFiles } from "../../object-store/index.ts";
import type { DataFile } from "../../storage/index.ts";
import { failureOf, QueryFailure, rowsScan, type ScanSource } from "../execute/index.ts";
import type { CellValue } from "../result/index.ts";
import { type CompiledQuery, joinSources, type SourceRef } from "../rewrite/index.ts";
import { checkFileLimit, filesOf } from "./file-limit.ts";
import type { RowOpener } from "./merged-rows.ts";
import type { Reading } from "./part-text.ts";
import { planSource, type SourcePlan, type TableParts } from "./plan-source.ts";
import { SourceBuilder } from "./source-builder.ts";
import type { StoredTable } from "./stored-table.ts";
import type { TagEntryCache } from "./tag-entry-cache.ts";

/** The database a query is about, as it is right now. */
export interface QueriedDatabase {
  readonly id: number;
  readonly model: SchemaModel;
  readonly retentionPeriodNs: bigint | null;
  table(name: string): StoredTable | undefined;
}

/** What tables consist of at one moment; files and memory of it stay until `release` is called. */
export interface PinnedParts {
  readonly parts: ReadonlyMap<number, TableParts<TableView>>;
  release(): void;
}

/** Where the rows of tables come from. */
export interface RowSources {
  pin(tableIds: readonly number[]): PinnedParts;
  /** Makes files readable by path. */
  acquire(keys: readonly string[]): Promise<AcquiredFiles>;
  /** Opens rows of acquired files; `pathOf` says where they are. `close` ends that. */
  opener(pathOf: (file: DataFile) => string): RowOpener & { close(): void };
  /** Rows of a table of schema `system` or `millrace`, which the main thread knows; named as `schema.table`. */
  systemRows(databaseId: number, table: string): Promise<readonly (readonly CellValue[])[]>;
  readonly tagEntries: TagEntryCache;
  /** Files that a query may read of one table. */
  readonly fileLimit: number | undefined;
}

/** A statement that is ready to run, and what it reads. */
export interface BoundSources {
  readonly sql: string;
  readonly scans: readonly ScanSource[];
  /** The files that the engine reads by itself: path → key in the object store. */
  readonly files: ReadonlyMap<string, string>;
  /** To be called when nothing of it is read any more. */
  release(): void;
}

interface PlannedSource {
  readonly reading: Reading;
  readonly plan: SourcePlan<TableView>;
}

/** Gives every base table of a compiled query the rows it is read from. */
export class SourceBinder {
  readonly #sources: RowSources;

  constructor(sources: RowSources) {
    this.#sources = sources;
  }

  /**
   * Call it right after compiling: the shape of stored tables is taken at once. Their rows are pinned together, before
   * anything waits for files to arrive: what was pinned cannot go away meanwhile. Undefined: a table has got a column
   * since, which its rows may have already, so the query has to be compiled anew.
   */
  async bind(
    query: CompiledQuery,
    database: QueriedDatabase,
    nowNs: bigint,
  ): Promise<BoundSources | undefined> {
    const readings = query.sources.map((source) => readingOf(source, database));
    const virtual = await Promise.all(query.sources.map((source) => this.#virtualScan(source, database)));
    const tableIds = readings.flatMap((reading) => reading?.table.id ?? []);
    const { parts, release } = this.#sources.pin([...new Set(tableIds)]);
    if (readings.some((reading) => reading !== undefined && hasChanged(reading.table, database))) {
      release();
      return undefined;
    }
    const oldest = database.retentionPeriodNs === null ? undefined : nowNs - database.retentionPeriodNs;
    try {
      const planned = query.sources.map((source, i): PlannedSource | ScanSource => {
        const reading = readings[i];
        if (reading === undefined) return virtual[i]!;
        const range = notBefore(source.timeRange, oldest);
        return { reading, plan: planSource(parts.get(reading.table.id)!, range) };
      });
      return await this.#built(query, planned, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async #built(
    query: CompiledQuery,
    planned: readonly (PlannedSource | ScanSource)[],
    release: () => void,
  ): Promise<BoundSources> {
    const { fileLimit, tagEntries } = this.#sources;
    const files = new Set<DataFile>();
    for (const source of planned) {
      if (!("plan" in source)) continue;
      const needed = filesOf(source.plan);
      checkFileLimit(needed, fileLimit);
      for (const file of needed) files.add(file);
    }
    const keys = Array.from(files, (file) => file.key);
    const acquired = keys.length === 0 ? undefined : await this.#acquire(keys);
    const paths = new Map(Array.from(files, (file, i) => [file, acquired!.paths[i]!]));
    const pathOf = (file: DataFile): string => paths.get(file)!;
    const opener = this.#sources.opener(pathOf);
    const builder = new SourceBuilder({
      pathOf,
      opener,
      tagEntriesOf: (view, tag) => tagEntries.of(view, tag),
    });
    const texts = planned.map((source) =>
      "plan" in source ? builder.planned(source.reading, source.plan) : builder.whole(source),
    );
    return {
      sql: joinSources(query.text, (source) => texts[source]!),
      scans: builder.scans,
      files: new Map(Array.from(paths, ([file, path]) => [path, file.key])),
      release() {
        opener.close();
        acquired?.release();
        release();
      },
    };
  }

  async #acquire(keys: readonly string[]): Promise<AcquiredFiles> {
    try {
      return await this.#sources.acquire(keys);
    } catch (error) {
      throw new QueryFailure("query_execution_error", {
        detail: `data files cannot be read: ${(error as Error).message}`,
      });
    }
  }

  async #virtualScan(source: SourceRef, database: QueriedDatabase): Promise<ScanSource | undefined> {
    if (source.schema === "iox") return undefined;
    if (source.schema === "information_schema") {
      const view = INFORMATION_SCHEMA.find((table) => table.name === source.table);
      const types = view?.columns.map((column) => column.type) ?? [];
      return rowsScan(types, informationSchemaRows(database.model, source.table));
    }
    const schema = database.model.table(source.schema, source.table);
    if (schema === undefined) throw missing(source);
    const rows = await this.#sources.systemRows(database.id, `${source.schema}.${source.table}`);
    return rowsScan(
      schema.columns.map((column) => column.type),
      rows,
    );
  }
}

function readingOf(source: SourceRef, database: QueriedDatabase): Reading | undefined {
  if (source.schema !== "iox") return undefined;
  const table = database.table(source.table);
  if (table === undefined) throw missing(source);
  return { table, used: source.columns, tags: source.tags };
}

function hasChanged(table: StoredTable, database: QueriedDatabase): boolean {
  return database.table(table.schema.name) !== table;
}

/** Rows older than the database's retention period are never shown, whether they were removed yet or not. */
function notBefore(range: TimeRange, oldest: bigint | undefined): TimeRange {
  if (oldest === undefined || (range.minNs !== undefined && range.minNs >= oldest)) return range;
  return { ...range, minNs: oldest };
}

function missing(source: SourceRef): QueryFailure {
  return failureOf(planError(`table 'public.${source.schema}.${source.table}' not found`));
}
