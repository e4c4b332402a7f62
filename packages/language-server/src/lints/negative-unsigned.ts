import type { Expression } from "../plugin-document/index.ts";
import { surelyBuilderCalls } from "./builders.ts";
import type { Lint } from "./lint.ts";
import { followed } from "./own-names.ts";

/** `uint64_field` raises ValueError for what is below zero: docs/reference/plugin-api.md. */
export const negativeUnsigned: Lint = {
  name: "negative-unsigned",
  find: (document) =>
    surelyBuilderCalls(document).flatMap(({ method, call, place }) => {
      if (method !== "uint64_field" || call.callee.kind !== "member") return [];
      const value = call.arguments.find((it, i) => it.name === "value" || (i === 1 && it.name === undefined));
      if (value === undefined || call.arguments.some((it) => it.spread !== undefined)) return [];
      if (!isNegative(followed(document, value.value, place))) return [];
      const change = { ...call.callee.nameSpan, text: "int64_field" };
      return [
        {
          span: value.value,
          code: "negative-unsigned",
          message:
            "An unsigned field cannot be negative: ValueError at run time. int64_field takes any integer.",
          fixes: [{ title: "Change to int64_field", changes: [change], isPreferred: true }],
        },
      ];
    }),
};

function isNegative(value: Expression): boolean {
  return (
    value.kind === "unary" &&
    value.operator === "-" &&
    value.operand.kind === "number" &&
    value.operand.value > 0
  );
}
