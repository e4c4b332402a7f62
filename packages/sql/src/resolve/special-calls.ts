import { type BoundExpr, displayName } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type { FunctionArg } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { bindList, fieldOf, itemOf, mapOf, structOf } from "./access.ts";
import { argumentExpr } from "./arguments.ts";
import { castTo, literal } from "./coerce.ts";
import { bindExpr, type ExprScope } from "./context.ts";

type SpecialBinder = (args: readonly BoundExpr[], name: string) => BoundExpr;

/** Calls that are another way to write something the binder already knows. */
const SPECIAL: Readonly<Record<string, SpecialBinder>> = {
  arrow_cast: ([value, type, ...rest], name) => {
    const named = typeName(need(name, type, rest));
    const target = t.parseArrowTypeName(named);
    if (target === undefined)
      throw planError(`Unsupported type '${named}' in arrow_cast. Write it like 'Int64' or 'Timestamp(ns)'`);
    return castTo(need(name, value), target, { tolerant: false, implicit: false });
  },
  arrow_typeof: ([value, ...rest], name) => {
    const expr = need(name, value, rest);
    return { ...literal(t.arrowTypeName(expr.type), t.UTF8), label: `arrow_typeof(${displayName(expr)})` };
  },
  get_field: ([value, field, ...rest], name) => fieldOf(need(name, value), typeName(need(name, field, rest))),
  named_struct: (args) =>
    structOf(pairs("named_struct", args).map(([name, expr]) => ({ name: typeName(name), expr }))),
  struct: (args) => structOf(args.map((expr, i) => ({ name: `c${i}`, expr }))),
  row: (args) => structOf(args.map((expr, i) => ({ name: `c${i}`, expr }))),
  make_array: (args) => bindList(args),
  make_list: (args) => bindList(args),
  array_element: element,
  array_extract: element,
  list_element: element,
  list_extract: element,
  make_map: (args) => mapOf(pairs("make_map", args).map(([key, value]) => ({ key, value }))),
  map: (args) => {
    const [keys, values] = args;
    if (args.length !== 2 || keys?.node !== "list" || values?.node !== "list") {
      throw notImplemented("map of other arguments than an array of keys and an array of values");
    }
    if (keys.items.length !== values.items.length) throw planError("map needs as many keys as values");
    return mapOf(keys.items.map((key, i) => ({ key, value: values.items[i]! })));
  },
  locf: fill,
  interpolate: fill,
};

export function bindSpecialCall(
  name: string,
  args: readonly FunctionArg[],
  scope: ExprScope,
): BoundExpr | undefined {
  if (!Object.hasOwn(SPECIAL, name)) return undefined;
  const bound = args.map((arg) => {
    const expr = argumentExpr(arg);
    if (expr === "Wildcard") throw planError(`'*' is only an argument of count, not of ${name}`);
    return bindExpr(expr, scope);
  });
  return SPECIAL[name]!(bound, name);
}

function need(name: string, arg: BoundExpr | undefined, rest: readonly BoundExpr[] = []): BoundExpr {
  if (arg === undefined || rest.length > 0)
    throw planError(`Function '${name}' received the wrong number of arguments`);
  return arg;
}

function typeName(expr: BoundExpr): string {
  if (expr.node === "literal" && typeof expr.value === "string") return expr.value;
  throw planError("a constant string is needed to name a type or field");
}

function pairs(name: string, args: readonly BoundExpr[]): (readonly [BoundExpr, BoundExpr])[] {
  if (args.length === 0 || args.length % 2 !== 0)
    throw planError(`Function '${name}' needs pairs of arguments`);
  return Array.from({ length: args.length / 2 }, (_, i) => [args[2 * i]!, args[2 * i + 1]!] as const);
}

function element([list, index, ...rest]: readonly BoundExpr[], name: string): BoundExpr {
  return itemOf(need(name, list), need(name, index, rest));
}

function fill([expr, ...rest]: readonly BoundExpr[], name: string): BoundExpr {
  const inner = need(name, expr, rest);
  return {
    node: "fill",
    mode: name as "locf" | "interpolate",
    expr: inner,
    type: inner.type,
    nullable: true,
  };
}
