import { type CallExpr, invalidFunction } from "@millrace/sql";
import { COLLECTION_EMITTERS } from "./collections.ts";
import type { Emitter } from "./emitter.ts";
import { CONDITIONAL_EMITTERS, MATH_EMITTERS } from "./math.ts";
import { TEXT_EMITTERS } from "./text.ts";
import { TIME_EMITTERS } from "./time.ts";

const EMITTERS: ReadonlyMap<string, Emitter> = new Map(
  [TEXT_EMITTERS, MATH_EMITTERS, CONDITIONAL_EMITTERS, TIME_EMITTERS, COLLECTION_EMITTERS].flatMap((table) =>
    Object.entries(table),
  ),
);

/** Names of all scalar functions that can be printed. */
export const SCALAR_NAMES: readonly string[] = [...EMITTERS.keys()];

export function emitCall(call: CallExpr, args: readonly string[]): string {
  const emitter = EMITTERS.get(call.name);
  if (emitter === undefined) throw invalidFunction(call.name);
  return emitter(args, call);
}

export type { AggregateParts } from "./aggregates.ts";
export { AGGREGATE_NAMES, emitAggregate, windowName } from "./aggregates.ts";
export { toInstant } from "./wall-clock.ts";
