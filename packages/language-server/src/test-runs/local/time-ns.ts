import { NotRunError } from "../answer.ts";

const TIME = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 in nanoseconds, exactly. */
export function timeNs(name: string, text: string): bigint {
  const [, seconds = "", fraction = "", zone = ""] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${seconds.replace(" ", "T")}${zone}`);
  if (Number.isNaN(ms)) {
    throw new NotRunError(`${name} is no time such as 2030-01-31T00:00:00Z: ${text}`);
  }
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
