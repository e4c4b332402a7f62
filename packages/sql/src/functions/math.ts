import { BOOLEAN, commonTypeOf, FLOAT64, INT64, NULL, type SqlType } from "../types/index.ts";
import { type Argument, type FunctionSpec, scalar, typeOfArgument } from "./spec.ts";

const FLOAT_FUNCTIONS =
  "acos acosh asin asinh atan atanh cbrt cos cosh cot degrees exp ln log10 log2 radians sin sinh sqrt tan tanh";

function floatOf(args: readonly Argument[]): SqlType {
  const type = args[0]!.type;
  return type.kind === "float" || type.kind === "decimal" ? type : FLOAT64;
}

function powerType(args: readonly Argument[]): SqlType {
  return args.every((a) => a.type.kind === "int") ? INT64 : FLOAT64;
}

function common(args: readonly Argument[]): SqlType {
  return commonTypeOf(args.map((a) => a.type)) ?? NULL;
}

export const MATH_FUNCTIONS: readonly FunctionSpec[] = [
  ...FLOAT_FUNCTIONS.split(" ").map((name) => scalar(name, "float", FLOAT64)),
  scalar("abs", "number", typeOfArgument(0)),
  scalar("atan2", "float float", FLOAT64),
  scalar("ceil", "number", floatOf),
  scalar("factorial", "int", INT64),
  scalar("floor", "number", floatOf),
  scalar("gcd", "int int", INT64),
  scalar("isnan", "float", BOOLEAN),
  scalar("iszero", "number", BOOLEAN),
  scalar("lcm", "int int", INT64),
  scalar("log", "float float?", FLOAT64),
  scalar("nanvl", "float float", FLOAT64),
  scalar("pi", "", FLOAT64, { nullable: false }),
  scalar("power", "number number", powerType, { aliases: "pow" }),
  scalar("random", "", FLOAT64, { nullable: false }),
  scalar("round", "number int?", floatOf),
  scalar("signum", "float", FLOAT64),
  scalar("trunc", "number int?", floatOf),
];

export const CONDITIONAL_FUNCTIONS: readonly FunctionSpec[] = [
  scalar("coalesce", "same same*", common, { nullable: true }),
  scalar("greatest", "same same*", common, { nullable: true }),
  scalar("least", "same same*", common, { nullable: true }),
  scalar("nullif", "same same", typeOfArgument(0), { nullable: true }),
  scalar("nvl", "same same", common, { aliases: "ifnull", nullable: true }),
  scalar("nvl2", "any same same", (args) => common(args.slice(1)), { nullable: true }),
];
