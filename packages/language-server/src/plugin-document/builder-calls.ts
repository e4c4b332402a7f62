import type { Resolve } from "./api-calls.ts";
import type { CallExpression, Expression } from "./expressions.ts";
import type { CallSite, Place } from "./statements.ts";

/** A call that makes or changes a LineBuilder. */
export interface BuilderCall extends CallSite {
  /** "LineBuilder" for the call that makes one. */
  readonly method: string;
  /** The call that made the builder: the same object for all calls on it. */
  readonly made: CallExpression;
}

const CLASS_NAME = "LineBuilder";
const STEPS_MAX = 400;

export function findBuilderCalls(calls: readonly CallSite[], resolve: Resolve): BuilderCall[] {
  const found: BuilderCall[] = [];
  for (const { call, place } of calls) {
    const made = maker(call, place, resolve);
    if (made === undefined) continue;
    const method = call === made || call.callee.kind !== "member" ? CLASS_NAME : call.callee.name;
    found.push({ method, made, call, place });
  }
  return found;
}

/** Walks down a chain, and from names to what they were assigned, to `LineBuilder(…)`. */
function maker(call: CallExpression, place: Place, resolve: Resolve): CallExpression | undefined {
  let at: Expression | undefined = call;
  for (let steps = 0; at !== undefined && steps < STEPS_MAX; steps++) {
    if (at.kind === "name") {
      at = resolve(at.name, place, at.from);
    } else if (at.kind === "call") {
      if (at.callee.kind === "name") return at.callee.name === CLASS_NAME ? at : undefined;
      if (at.callee.kind !== "member") return undefined;
      at = at.callee.object;
    } else return undefined;
  }
  return undefined;
}
