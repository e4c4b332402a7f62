import { type PlanError, planError } from "../errors/index.ts";
import { AGGREGATE_FUNCTIONS, WINDOW_FUNCTIONS } from "./aggregates.ts";
import { COLLECTION_FUNCTIONS } from "./collections.ts";
import { CONDITIONAL_FUNCTIONS, MATH_FUNCTIONS } from "./math.ts";
import type { FunctionSpec } from "./spec.ts";
import { TEXT_FUNCTIONS } from "./text.ts";
import { TIME_FUNCTIONS } from "./time.ts";

/** Every function that a query may call: whatever is not here does not exist. */
export const FUNCTIONS: readonly FunctionSpec[] = [
  ...TEXT_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...CONDITIONAL_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...AGGREGATE_FUNCTIONS,
  ...WINDOW_FUNCTIONS,
];

/** These are rewritten while binding and have no spec of their own. */
export const BINDER_FUNCTIONS: readonly string[] = [
  "arrow_cast",
  "arrow_typeof",
  "get_field",
  "named_struct",
  "struct",
  "row",
  "make_array",
  "make_list",
  "array_element",
  "array_extract",
  "list_element",
  "list_extract",
  "make_map",
  "map",
  "locf",
  "interpolate",
];

const byName = new Map(
  FUNCTIONS.flatMap((spec) => [spec.name, ...spec.aliases].map((n) => [n, spec] as const)),
);

export function findFunction(name: string): FunctionSpec | undefined {
  return byName.get(name);
}

/** All callable names, for completion and suggestions. */
export function functionNames(): readonly string[] {
  return [...byName.keys(), ...BINDER_FUNCTIONS];
}

export function invalidFunction(name: string): PlanError {
  const suggestion = closest(name);
  return planError(
    `Invalid function '${name}'.${suggestion === undefined ? "" : `\nDid you mean '${suggestion}'?`}`,
  );
}

function closest(name: string): string | undefined {
  // Beyond a usual name's length nothing resembles it, and the distance would cost its square.
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of functionNames()) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
