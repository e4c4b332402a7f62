import type { BoundExpr, CallExpr } from "@millrace/sql";
import { planError } from "@millrace/sql";

/** Writes a call from its printed arguments; the bound call tells types and constants. */
export type Emitter = (args: readonly string[], call: CallExpr) => string;

export function rename(name: string): Emitter {
  return (args) => `${name}(${args.join(", ")})`;
}

/** The engine's function of the same name, for each of the names. */
export function native(names: string): Readonly<Record<string, Emitter>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, rename(name)]));
}

/** The value of an argument that must be a constant string. */
export function constantText(call: CallExpr, index: number): string {
  const arg = call.args[index];
  if (arg?.node === "literal" && typeof arg.value === "string") return arg.value;
  throw planError(`argument ${index + 1} of ${call.name} must be a constant string`);
}

export function isConstant(expr: BoundExpr | undefined): boolean {
  return expr?.node === "literal";
}
