import { z } from "zod";
import { GrammarError, parseDuration } from "../grammar/index.ts";

/** `true` or `false` in a query string. */
export const queryBoolean = z.string().transform((text, context) => {
  if (text === "true" || text === "false") return text === "true";
  context.addIssue({ code: "custom", message: "provided string was not `true` or `false`" });
  return z.NEVER;
});

/** A human duration (`30d`, `1h 30m`) as exact nanoseconds. */
export const humanDuration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

/** A word out of a table of spellings, turned into what it stands for. */
export function spelling<const T extends Record<string, string>>(spellings: T) {
  return z.enum(Object.keys(spellings) as (keyof T & string)[]).transform((text) => spellings[text]!);
}

export const stringMap = z.record(z.string(), z.string());
