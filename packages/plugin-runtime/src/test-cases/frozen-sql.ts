/** Text, quoted names and comments as they are, or a call that asks for the time. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_][\w$]*(?:\s*\(\s*\))?|[^'"A-Za-z_/-]+|[\s\S]/g;
const TIME_CALL = /^(?:now\s*\(\s*\)|current_timestamp(?:\s*\(\s*\))?)$/i;

/**
 * The query with its clock standing still: `now()` becomes the time given. Its result keeps no name of its own, so
 * a plugin under test should give one (`now() AS asked_at`).
 */
export function freezeQueryTime(sql: string, nowNs: bigint): string {
  let previous = "";
  return sql.replace(TOKEN, (token) => {
    const frozen = TIME_CALL.test(token) && !/\.\s*$/.test(previous);
    previous = token;
    return frozen ? `to_timestamp_nanos(${nowNs})` : token;
  });
}
