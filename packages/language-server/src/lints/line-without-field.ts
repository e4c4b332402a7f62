import { findMethod, INFLUXDB3_LOCAL } from "../api-table/index.ts";
import type {
  Assignment,
  CallExpression,
  Expression,
  Place,
  PluginDocument,
  PythonFunction,
} from "../plugin-document/index.ts";
import { BUILDER, type Chain, type ChainStep, chainOf } from "./builders.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { isDefinedHere, occurrences, plainAssignments } from "./own-names.ts";
import { remember } from "./remember.ts";

/** Setters after which a line still has no field. */
const NO_FIELD = new Set(["tag", "time_ns"]);
/** Code that does not run where it stands. */
const LATER = /^LambdaExpression$|Comprehension/;

/** A place where a line must be complete. */
interface Sink {
  readonly line: Expression;
  readonly name: { readonly from: number; readonly to: number };
  readonly call: CallExpression;
  readonly place: Place;
}

/** How a line came about, when that is sure. */
interface Making {
  /** The expression that a field can be added to. */
  readonly value: Expression;
  readonly steps: readonly ChainStep[];
}

/** `build` without a field raises InvalidLineError, and writing calls it: docs/reference/processing-engine.md. */
export const lineWithoutField: Lint = {
  name: "line-without-field",
  find: (document) => {
    const sinks = [...writes(document), ...builds(document)];
    if (sinks.length === 0 || isDefinedHere(document, BUILDER)) return [];
    return sinks.flatMap((sink) => {
      const making = makingOf(document, sink);
      return making === undefined ? [] : [found(sink, making)];
    });
  },
};

function writes(document: PluginDocument): Sink[] {
  return document.apiCalls.flatMap(({ owner, method, call, place }) => {
    if (owner !== "influxdb3_local" || call.callee.kind !== "member") return [];
    const parameters = findMethod(INFLUXDB3_LOCAL, method)?.parameters ?? [];
    const at = parameters.findIndex((it) => it.name === "line_builder");
    if (at < 0 || call.arguments.some((it) => it.spread !== undefined)) return [];
    const line = call.arguments.find(
      (it, i) => it.name === "line_builder" || (it.name === undefined && i === at),
    );
    return line === undefined ? [] : [{ line: line.value, name: call.callee.nameSpan, call, place }];
  });
}

function builds(document: PluginDocument): Sink[] {
  return document.builderCalls.flatMap(({ method, call, place }) => {
    if (method !== "build" || call.callee.kind !== "member") return [];
    return [{ line: call.callee.object, name: call.callee.nameSpan, call, place }];
  });
}

function makingOf(document: PluginDocument, sink: Sink): Making | undefined {
  const chain = chainOf(sink.line);
  if (chain === undefined || !hasNoField(chain)) return undefined;
  if (chain.root.kind === "call") return { value: sink.line, steps: chain.steps };
  return madeByStatements(document, sink, chain, chain.root.name);
}

function hasNoField({ steps }: Chain): boolean {
  return steps.every((step) => NO_FIELD.has(step.method));
}

/**
 * A line that statements build, one after the other: it is made in the same block as it is used in, and in between the
 * name stands only in front of setters that add no field. Whatever else happens to it may add one.
 */
function madeByStatements(
  document: PluginDocument,
  { call, place }: Sink,
  last: Chain,
  name: string,
): Making | undefined {
  const assignments = plainAssignments(document, name, place.function) ?? [];
  const made = assignments.findLast((it) => it.to <= call.from && chainOf(it.value)?.root.kind === "call");
  if (made === undefined || made.place.block !== place.block) return undefined;
  if (!isPlainStatement(document, made) || isTouchedElsewhere(document, name, place.function))
    return undefined;
  if (document.nodeNamesAt(call.from + 1).some((node) => LATER.test(node))) return undefined;
  const chain = chainOf(made.value)!;
  if (!hasNoField(chain)) return undefined;
  const steps = [...chain.steps];
  for (const offset of occurrences(document, name, place.function)) {
    if (offset < made.to || offset >= call.from) continue;
    const between = statementSteps(document, name, offset, assignments);
    if (between === undefined) return undefined;
    steps.push(...between);
  }
  return { value: made.value, steps: [...steps, ...last.steps] };
}

/** `b = LineBuilder(…)` for `b` alone. */
function isPlainStatement(document: PluginDocument, made: Assignment): boolean {
  if (made.operator !== undefined || document.textOf(made).includes(":=")) return false;
  return document.assignments.every((it) => it === made || it.from !== made.from || it.to !== made.to);
}

/** By a function inside of this one, or by any other when the name belongs to the module. */
const isTouchedElsewhere = remember(
  (name: string, owner: PythonFunction | undefined) => `${name} ${owner?.from ?? ""}`,
  (document, name: string, owner: PythonFunction | undefined): boolean => {
    const others = document.functions.filter(
      (it) => it !== owner && (owner === undefined || (owner.from < it.from && it.to <= owner.to)),
    );
    return occurrences(document, name, owner).some((offset) => {
      if (document.nodeNamesAt(offset + 1).includes("LambdaExpression")) return true;
      return others.some((it) => it.from <= offset && offset < it.to);
    });
  },
);

/**
 * The setters of a statement that does nothing but call them, or that assigns what they return to the same name;
 * undefined for any other use of the name.
 */
function statementSteps(
  document: PluginDocument,
  name: string,
  offset: number,
  assignments: readonly Assignment[],
): readonly ChainStep[] | undefined {
  const isTarget = (it: Assignment) => it.target.from === offset && chainName(it.value) === name;
  if (assignments.some((it) => isTarget(it) && isPlainStatement(document, it))) return [];
  const nodes = document.nodeNamesAt(offset + 1);
  let at = 1;
  while (nodes[at] === "MemberExpression" && nodes[at + 1] === "CallExpression") at += 2;
  while (nodes[at] === "ParenthesizedExpression") at++;
  const isReassigned = nodes[at] === "AssignStatement" && assignments.some((it) => it.value.from === offset);
  if (nodes[at] !== "ExpressionStatement" && !isReassigned) return undefined;
  const call = longestCall(document, offset);
  const chain = call === undefined ? undefined : chainOf(call);
  return chain !== undefined && hasNoField(chain) ? chain.steps : undefined;
}

const longestCall = remember(
  (offset: number) => `${offset}`,
  (document, offset: number): CallExpression | undefined =>
    document.calls
      .map(({ call }) => call)
      .filter((it) => it.from === offset)
      .sort((a, b) => b.to - a.to)[0],
);

function chainName(expression: Expression): string | undefined {
  const root = chainOf(expression)?.root;
  return root?.kind === "name" ? root.name : undefined;
}

function found(sink: Sink, making: Making): Found {
  return {
    span: sink.name,
    code: "line-without-field",
    message:
      "This line has no field, and needs at least one: InvalidLineError at run time. A tag is not a field.",
    fixes: [...tagAsField(making.steps), addField(making.value)],
  };
}

function addField({ to }: Expression): Fix {
  const text = '.int64_field("value", 0)';
  return { title: `Add ${text}`, changes: [{ from: to, to, text }] };
}

/** A value that was set as a tag by mistake. */
function tagAsField(steps: readonly ChainStep[]): Fix[] {
  const call = steps.findLast((step) => step.method === "tag")?.call;
  const value = call?.arguments[1]?.value;
  const method = value === undefined ? undefined : fieldMethod(value);
  if (method === undefined || call?.callee.kind !== "member") return [];
  const title = `Change the last tag to ${method}`;
  return [{ title, changes: [{ ...call.callee.nameSpan, text: method }], isPreferred: true }];
}

function fieldMethod(value: Expression): string | undefined {
  if (value.kind === "string" && !value.isBytes) return "string_field";
  if (value.kind === "number") return value.isFloat ? "float64_field" : "int64_field";
  return value.kind === "constant" && value.value !== null ? "bool_field" : undefined;
}
