/** The files behind the triggers of all databases. */
export const PLUGINS_SQL = "SELECT * FROM system.plugin_files";

/** The triggers of the database, with when they run next and how they ran last. */
export const TRIGGERS_SQL =
  "SELECT trigger_name, trigger_specification, plugin_filename, run_async, error_behavior, disabled, disabled_reason, next_run, last_started_at, last_outcome FROM millrace.triggers ORDER BY trigger_name";

export interface HistoryQuery {
  readonly sql: string;
  readonly params: Record<string, string>;
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;

/** 0: all rows. */
const limited = (limit: number): string => (limit === 0 ? "" : ` LIMIT ${limit}`);

const RUN_COLUMNS =
  "run_id, trigger_name, started_at, duration_ms, attempt, rows_in, writes_out, outcome, error";

export function runsSql(wanted: {
  trigger: string | undefined;
  failedOnly: boolean;
  limit: number;
}): HistoryQuery {
  const { trigger, failedOnly, limit } = wanted;
  const conditions = [
    ...(trigger === undefined ? [] : ["trigger_name = $trigger"]),
    ...(failedOnly ? ["outcome NOT IN ('ok', 'running')"] : []),
  ];
  const from = `SELECT ${RUN_COLUMNS} FROM millrace.plugin_runs${where(conditions)}`;
  return {
    sql: `${from} ORDER BY started_at DESC${limited(limit)}`,
    params: trigger === undefined ? {} : { trigger },
  };
}

const LOG_COLUMNS = "time, trigger_name, run_id, level, text, file, line, traceback";

/** The last lines, in the order in which they were logged. */
export function logsSql(wanted: {
  trigger: string | undefined;
  run: string | undefined;
  limit: number;
}): HistoryQuery {
  const { trigger, run, limit } = wanted;
  const conditions = [
    ...(trigger === undefined ? [] : ["trigger_name = $trigger"]),
    ...(run === undefined ? [] : ["run_id = $run"]),
  ];
  const last = `SELECT ${LOG_COLUMNS} FROM millrace.plugin_logs${where(conditions)} ORDER BY time DESC${limited(limit)}`;
  return {
    sql: `SELECT ${LOG_COLUMNS} FROM (${last}) AS latest ORDER BY time`,
    params: { ...(trigger === undefined ? {} : { trigger }), ...(run === undefined ? {} : { run }) },
  };
}
