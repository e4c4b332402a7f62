import duckdb from "@duckdb/node-bindings";
import { QueryFailure } from "../failures.ts";
import { logicalTypeOf, Type } from "../native.ts";
import type { ScanCursor, ScanSource } from "./scan-source.ts";

/** The table function through which every base table is read: `millrace_scan(i)` is the query's i-th source. */
export const SCAN_FUNCTION = "millrace_scan";

/**
 * Callbacks take turns on this thread, but a second DuckDB thread can work on the last rows meanwhile. Small scans stay
 * on one, so that sums of floats come out the same each time.
 */
const ROWS_FOR_TWO_THREADS = 100_000;

/** What the query that runs on a connection reads. */
export type SourcesOf = (connectionId: number) => readonly ScanSource[] | undefined;

/** Registers the function for all connections of the instance; its callbacks run on the thread that registers it. */
export function registerScan(connection: duckdb.Connection, sourcesOf: SourcesOf): void {
  const scan = duckdb.create_table_function();
  duckdb.table_function_set_name(scan, SCAN_FUNCTION);
  duckdb.table_function_add_parameter(scan, duckdb.create_logical_type(Type.BIGINT));
  duckdb.table_function_supports_projection_pushdown(scan, true);

  duckdb.table_function_set_bind(scan, (info) => {
    const connectionId = duckdb.client_context_get_connection_id(
      duckdb.table_function_get_client_context(info),
    );
    const index = Number(duckdb.get_int64(duckdb.bind_get_parameter(info, 0)));
    const source = sourcesOf(connectionId)?.[index];
    if (source === undefined) {
      duckdb.bind_set_error(info, `no source ${index}`);
      return;
    }
    source.columns.forEach((type, i) => {
      duckdb.bind_add_result_column(info, `c${i}`, logicalTypeOf(type));
    });
    duckdb.bind_set_cardinality(info, source.rowCount, false);
    duckdb.bind_set_bind_data(info, source);
  });

  duckdb.table_function_set_init(scan, (info) => {
    const source = duckdb.init_get_bind_data(info) as ScanSource;
    const projection: number[] = [];
    const count = duckdb.init_get_column_count(info);
    for (let i = 0; i < count; i++) projection.push(duckdb.init_get_column_index(info, i));
    duckdb.init_set_init_data(info, source.open(projection));
    if (source.rowCount > ROWS_FOR_TWO_THREADS) duckdb.init_set_max_threads(info, 2);
  });

  duckdb.table_function_set_function(scan, (info, chunk) => {
    try {
      const cursor = duckdb.function_get_init_data(info) as ScanCursor;
      duckdb.data_chunk_set_size(chunk, cursor.fill(chunk));
    } catch (error) {
      const { message } = error as Error;
      duckdb.function_set_error(info, error instanceof QueryFailure ? message : `scan failed: ${message}`);
    }
  });

  duckdb.register_table_function(connection, scan);
}
