import type { BoundExpr } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import {
  type Argument,
  type ArgumentShape,
  type FunctionSpec,
  findFunction,
  invalidFunction,
  shapeOfArgument,
} from "../functions/index.ts";
import type { ArgumentList, Expr, FunctionArg } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { coerce } from "./coerce.ts";
import { foldConstantCall } from "./constant-calls.ts";
import { bindExpr, type ExprScope } from "./context.ts";

/** Bound arguments; `*` and `t.*` leave none, which only count accepts. */
export function bindArguments(list: ArgumentList, scope: ExprScope): BoundExpr[] {
  return list.args.flatMap((arg) => {
    const expr = argumentExpr(arg);
    return expr === "Wildcard" ? [] : [bindExpr(expr, scope)];
  });
}

export function argumentExpr(arg: FunctionArg): Expr | "Wildcard" {
  if (!("Unnamed" in arg)) throw notImplemented("named function arguments");
  const value = arg.Unnamed;
  if (value === "Wildcard" || "QualifiedWildcard" in value) return "Wildcard";
  return value.Expr;
}

/** A scalar call with bound arguments. */
export function bindNamedCall(name: string, args: readonly BoundExpr[]): BoundExpr {
  const spec = findFunction(name);
  if (spec === undefined) throw invalidFunction(name);
  const shaped = shapeArguments(spec, args);
  const call: BoundExpr = {
    node: "call",
    name: spec.name,
    args: shaped,
    type: spec.returns(shaped.map(argumentFacts)),
    nullable: spec.nullable === "when-arguments-are" ? shaped.some((a) => a.nullable) : spec.nullable,
  };
  return foldConstantCall(call);
}

export function argumentFacts(expr: BoundExpr): Argument {
  return expr.node === "literal" ? { type: expr.type, value: expr.value } : { type: expr.type };
}

/** Checks the number of arguments and brings each to the shape the function asks for. */
export function shapeArguments(spec: FunctionSpec, args: readonly BoundExpr[]): BoundExpr[] {
  if (args.length < spec.minArgs || args.length > spec.maxArgs) throw wrongCount(spec, args.length);
  const shapes = args.map((_, i) => shapeOfArgument(spec, i));
  const same = t.commonTypeOf(args.filter((_, i) => shapes[i] === "same").map((a) => a.type));
  if (same === undefined) throw planError(`The arguments of ${spec.name} have no common type`);
  return args.map((arg, i) => shaped(spec.name, arg, shapes[i]!, same, args[0]!));
}

export function wrongCount(spec: FunctionSpec, count: number): Error {
  const { minArgs: min, maxArgs: max } = spec;
  const wanted =
    min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
  return planError(
    `Function '${spec.name}' expects ${wanted} argument${wanted === "1" ? "" : "s"} but received ${count}`,
  );
}

const SHAPE_TYPES: Readonly<Partial<Record<ArgumentShape, t.SqlType>>> = {
  string: t.UTF8,
  int: t.INT64,
  float: t.FLOAT64,
  bool: t.BOOLEAN,
  interval: t.INTERVAL,
};

function shaped(
  name: string,
  arg: BoundExpr,
  shape: ArgumentShape,
  same: t.SqlType,
  first: BoundExpr,
): BoundExpr {
  if (shape === "same") return coerce(arg, same);
  if (shape === "first") return coerce(arg, first.type);
  if (shape === "timestamp") return arg.type.kind === "timestamp" ? arg : coerce(arg, t.TIMESTAMP);
  if (shape === "number") return toNumber(name, arg);
  if (shape === "string" && arg.type.kind === "utf8") return arg;
  if (shape === "int" && arg.type.kind === "int" && arg.type.signed) return arg;
  const target = SHAPE_TYPES[shape];
  if (target !== undefined) {
    if (shape === "float" && !t.isNumeric(arg.type)) return coerce(toNumber(name, arg), target);
    return coerce(arg, target);
  }
  if ((shape === "list" || shape === "map") && arg.type.kind !== shape && arg.type.kind !== "null") {
    throw planError(
      `Function '${name}' expects ${shape === "list" ? "an array" : "a map"}, got ${t.arrowTypeName(arg.type)}`,
    );
  }
  return arg;
}

function toNumber(name: string, arg: BoundExpr): BoundExpr {
  if (t.isNumeric(arg.type) || arg.type.kind === "null" || arg.type.kind === "duration") return arg;
  if (arg.node === "literal" && arg.type.kind === "utf8") return coerce(arg, t.FLOAT64);
  throw planError(`Function '${name}' needs a number, got ${t.arrowTypeName(arg.type)}`);
}
