import { findMethod, LINE_BUILDER } from "../api-table/index.ts";
import type { BuilderCall, CallExpression, Expression, PythonFunction } from "../plugin-document/index.ts";
import { isDefinedHere, plainAssignments } from "./own-names.ts";
import { remember } from "./remember.ts";

export const BUILDER = LINE_BUILDER.name;

/** A chain of calls: `root.a(…).b(…)`. */
export interface Chain {
  /** The call that makes a LineBuilder, or the name the chain begins with. */
  readonly root: CallExpression | (Expression & { kind: "name" });
  /** From the first to the last. */
  readonly steps: readonly ChainStep[];
}

export interface ChainStep {
  readonly method: string;
  readonly call: CallExpression;
}

/** Reads a chain; undefined for any other expression. */
export function chainOf(expression: Expression): Chain | undefined {
  const steps: ChainStep[] = [];
  let at = expression;
  while (at.kind === "call" && at.callee.kind === "member") {
    steps.unshift({ method: at.callee.name, call: at });
    at = at.callee.object;
  }
  if (at.kind === "name") return { root: at, steps };
  const isMaking = at.kind === "call" && at.callee.kind === "name" && at.callee.name === BUILDER;
  return isMaking ? { root: at as CallExpression, steps } : undefined;
}

/** Calls on what is a LineBuilder for sure: of the engine's class, by a name that nothing else is called. */
export const surelyBuilderCalls = remember(
  () => "",
  (document): readonly BuilderCall[] => {
    if (document.builderCalls.length === 0 || isDefinedHere(document, BUILDER)) return [];
    return document.builderCalls.filter(({ call, place }) => {
      const chain = chainOf(call);
      if (chain === undefined || !isStillBuilder(chain.steps.slice(0, -1))) return false;
      return chain.root.kind === "call" || isAlwaysBuilder(document, chain.root.name, place.function);
    });
  },
);

const isAlwaysBuilder = remember(
  (name: string, owner: PythonFunction | undefined) => `${name} ${owner?.from ?? ""}`,
  (document, name: string, owner: PythonFunction | undefined): boolean => {
    const assignments = plainAssignments(document, name, owner);
    if (assignments === undefined) return false;
    if (assignments.length === 0) return owner !== undefined && isAlwaysBuilder(document, name, owner.parent);
    return assignments.every(({ value, operator }) => {
      const chain = chainOf(value);
      if (chain === undefined || operator !== undefined || !isStillBuilder(chain.steps)) return false;
      return chain.root.kind === "call" || chain.root.name === name;
    });
  },
);

/** Setters return the builder; `build()` does not. */
function isStillBuilder(steps: readonly ChainStep[]): boolean {
  return steps.every((step) => findMethod(LINE_BUILDER, step.method)?.returns === LINE_BUILDER.name);
}
