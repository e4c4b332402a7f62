import type { LiteralValue } from "../bound/index.ts";
import type { SqlType } from "../types/index.ts";

export type FunctionKind = "scalar" | "aggregate" | "window";

/**
 * What an argument is brought to: `same` means the common type of all `same` arguments, `first` the type of the
 * first argument, `any` leaves it alone.
 */
export type ArgumentShape =
  | "any"
  | "string"
  | "int"
  | "float"
  | "number"
  | "bool"
  | "timestamp"
  | "interval"
  | "list"
  | "struct"
  | "map"
  | "same"
  | "first"
  | "item";

export interface Argument {
  readonly type: SqlType;
  /** Present when the argument is a constant. */
  readonly value?: LiteralValue;
}

export type ReturnRule = (args: readonly Argument[]) => SqlType;

export interface FunctionSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: FunctionKind;
  readonly shapes: readonly ArgumentShape[];
  readonly minArgs: number;
  /** Infinity when the last shape repeats. */
  readonly maxArgs: number;
  readonly returns: ReturnRule;
  /** NULL only when an argument is NULL; never for `false`, as for count. */
  readonly nullable: boolean | "when-arguments-are";
}

interface Options {
  readonly aliases?: string;
  readonly nullable?: boolean | "when-arguments-are";
}

/** Reads "string int? any*": `?` optional, `*` any number of times. */
export function define(
  kind: FunctionKind,
  name: string,
  signature: string,
  returns: SqlType | ReturnRule,
  options: Options = {},
): FunctionSpec {
  const words = signature === "" ? [] : signature.split(" ");
  const repeats = words.at(-1)?.endsWith("*") ?? false;
  return {
    name,
    kind,
    aliases: options.aliases === undefined ? [] : options.aliases.split(" "),
    shapes: words.map((word) => word.replace(/[?*]$/, "") as ArgumentShape),
    minArgs: words.filter((word) => !/[?*]$/.test(word)).length,
    maxArgs: repeats ? Number.POSITIVE_INFINITY : words.length,
    returns: typeof returns === "function" ? returns : () => returns,
    nullable: options.nullable ?? (kind === "scalar" ? "when-arguments-are" : true),
  };
}

export const scalar = define.bind(undefined, "scalar");
export const aggregate = define.bind(undefined, "aggregate");
export const windowFunction = define.bind(undefined, "window");

/** The type of the n-th argument. */
export function typeOfArgument(index: number): ReturnRule {
  return (args) => args[index]!.type;
}

export function shapeOfArgument(spec: FunctionSpec, index: number): ArgumentShape {
  return spec.shapes[Math.min(index, spec.shapes.length - 1)] ?? "any";
}
