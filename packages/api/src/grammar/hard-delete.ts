import { GrammarError } from "./error.ts";

/** When a deleted database or table goes for good. */
export type HardDelete = { kind: "never" | "now" | "default" } | { kind: "at"; timeMs: number };

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Reads `never`, `now`, `default` (any case) or an RFC 3339 time with an offset. */
export function parseHardDelete(text: string): HardDelete {
  const word = text.toLowerCase();
  if (word === "never" || word === "now" || word === "default") return { kind: word };
  const timeMs = RFC3339.test(text) ? Date.parse(text.replace(" ", "T").toUpperCase()) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new GrammarError(
      `Cannot parse the timestamp: '${text}' is none of never, now, default and an RFC 3339 time such as 2030-01-31T00:00:00Z`,
    );
  }
  return { kind: "at", timeMs };
}
