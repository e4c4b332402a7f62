/** A row of `millrace.plugin_logs` as JSON: keys without a value are left out. */
export interface LogRow {
  time: string;
  trigger_name: string;
  run_id?: string;
  level: string;
  text: string;
  file?: string;
  line?: number;
  traceback?: string;
}

/** One logged line for people, with its traceback below it. */
export function logText(row: LogRow): string {
  const { time, level, trigger_name: trigger, run_id: run, file, line, text, traceback } = row;
  const place = file === undefined ? "" : ` ${line === undefined ? file : `${file}:${line}`}`;
  const head = `${time} ${level.padEnd(5)} ${trigger}${run === undefined ? "" : ` [${run}]`}${place} ${text}\n`;
  if (traceback === undefined) return head;
  return head + traceback.trimEnd().replace(/^/gm, "  ").concat("\n");
}
