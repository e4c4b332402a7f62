import { planError } from "../errors/index.ts";
import type { Expr } from "../parse/index.ts";

/** The position that an integer literal in ORDER BY or GROUP BY stands for, from 0. */
export function ordinalOf(expr: Expr, count: number): number | undefined {
  const value = "Value" in expr ? expr.Value.value : undefined;
  if (typeof value !== "object" || !("Number" in value) || !/^\d+$/.test(value.Number[0])) return undefined;
  const position = Number(value.Number[0]);
  if (position < 1 || position > count) {
    throw planError(
      `Cannot find column with position ${position} in SELECT clause. Valid columns: 1 to ${count}`,
    );
  }
  return position - 1;
}
