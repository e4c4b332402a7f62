import { planError } from "../errors/index.ts";
import { BOOLEAN, FLOAT64, INT64, listOf, type SqlType, TIMESTAMP, UINT64, UTF8 } from "../types/index.ts";
import { type Argument, aggregate, type FunctionSpec, typeOfArgument, windowFunction } from "./spec.ts";

function sumType(args: readonly Argument[]): SqlType {
  const type = args[0]!.type;
  if (type.kind === "int") return type.signed ? INT64 : UINT64;
  if (type.kind === "decimal") return { kind: "decimal", precision: 38, scale: type.scale };
  return type.kind === "duration" ? type : FLOAT64;
}

function exactOrFloat(args: readonly Argument[]): SqlType {
  const type = args[0]!.type;
  return type.kind === "int" || type.kind === "float" ? type : FLOAT64;
}

/** Selectors return what they select and when it was. */
function selectorType(args: readonly Argument[]): SqlType {
  if (args[1]?.type.kind !== "timestamp") {
    throw planError("a selector needs a value and a timestamp, as in selector_max(temp, time)");
  }
  return {
    kind: "struct",
    fields: [
      { name: "value", type: args[0]!.type },
      { name: "time", type: args[1]?.type ?? TIMESTAMP },
      ...args.slice(2).map((a, i) => ({ name: `other_${i + 1}`, type: a.type })),
    ],
  };
}

const TWO_FLOATS =
  "corr covar_pop regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy";

export const SELECTORS: ReadonlySet<string> = new Set([
  "selector_first",
  "selector_last",
  "selector_min",
  "selector_max",
]);

export const AGGREGATE_FUNCTIONS: readonly FunctionSpec[] = [
  aggregate("count", "any*", INT64, { nullable: false }),
  aggregate("sum", "number", sumType),
  aggregate("min", "any", typeOfArgument(0)),
  aggregate("max", "any", typeOfArgument(0)),
  aggregate("avg", "float", FLOAT64, { aliases: "mean" }),
  aggregate("median", "number", exactOrFloat),
  aggregate("stddev", "float", FLOAT64, { aliases: "stddev_samp" }),
  aggregate("stddev_pop", "float", FLOAT64),
  aggregate("var", "float", FLOAT64, { aliases: "var_samp var_sample" }),
  aggregate("var_pop", "float", FLOAT64, { aliases: "var_population" }),
  aggregate("covar_samp", "float float", FLOAT64, { aliases: "covar" }),
  ...TWO_FLOATS.split(" ").map((name) => aggregate(name, "float float", FLOAT64)),
  aggregate("regr_count", "float float", UINT64),
  aggregate("bit_and", "int", typeOfArgument(0)),
  aggregate("bit_or", "int", typeOfArgument(0)),
  aggregate("bit_xor", "int", typeOfArgument(0)),
  aggregate("bool_and", "bool", BOOLEAN),
  aggregate("bool_or", "bool", BOOLEAN),
  aggregate("array_agg", "any", (args) => listOf(args[0]!.type)),
  aggregate("string_agg", "string string", UTF8),
  aggregate("first_value", "any", typeOfArgument(0)),
  aggregate("last_value", "any", typeOfArgument(0)),
  aggregate("nth_value", "any int", typeOfArgument(0)),
  aggregate("approx_distinct", "any", UINT64, { nullable: false }),
  aggregate("approx_median", "number", exactOrFloat),
  aggregate("approx_percentile_cont", "number float int?", exactOrFloat),
  aggregate("percentile_cont", "float float", FLOAT64, { aliases: "quantile_cont" }),
  aggregate("grouping", "any", UINT64, { nullable: false }),
  ...[...SELECTORS].map((name) => aggregate(name, "any timestamp any*", selectorType)),
];

export const WINDOW_FUNCTIONS: readonly FunctionSpec[] = [
  windowFunction("row_number", "", UINT64, { nullable: false }),
  windowFunction("rank", "", UINT64, { nullable: false }),
  windowFunction("dense_rank", "", UINT64, { nullable: false }),
  windowFunction("percent_rank", "", FLOAT64, { nullable: false }),
  windowFunction("cume_dist", "", FLOAT64, { nullable: false }),
  windowFunction("ntile", "int", UINT64, { nullable: false }),
  windowFunction("lag", "any int? first?", typeOfArgument(0)),
  windowFunction("lead", "any int? first?", typeOfArgument(0)),
];
