import { type Emitter, native, rename } from "./emitter.ts";

const round: Emitter = ([value, digits]) =>
  digits === undefined ? `round(${value})` : `round(${value}, CAST(${digits} AS INTEGER))`;

const trunc: Emitter = ([value, digits]) =>
  digits === undefined ? `trunc(${value})` : `trunc(${value}, CAST(${digits} AS INTEGER))`;

/** Logarithms of zero and of negative numbers are -Infinity and NaN here, errors in the engine. */
function logarithm(name: string): Emitter {
  return ([value]) => safeLog(`${name}(${value})`, value!);
}

function safeLog(log: string, value: string): string {
  return `CASE WHEN ${value} > 0 THEN ${log} WHEN ${value} = 0 THEN '-inf'::DOUBLE WHEN ${value} IS NOT NULL THEN 'nan'::DOUBLE END`;
}

const log: Emitter = ([first, second]) =>
  second === undefined
    ? safeLog(`log10(${first})`, first!)
    : `(${safeLog(`ln(${second})`, second)} / ${safeLog(`ln(${first})`, first!)})`;

/** Outside of a function's domain the result is NaN, an error in the engine. */
function inDomain(name: string, domain: (value: string) => string): Emitter {
  return ([value]) =>
    `CASE WHEN ${domain(value!)} OR ${value} IS NULL THEN ${name}(${value}) ELSE 'nan'::DOUBLE END`;
}

const factorial: Emitter = ([n]) =>
  `CASE WHEN ${n} < 0 OR ${n} > 20 THEN error('Execution error: factorial is defined for 0 to 20') ELSE CAST(factorial(CAST(${n} AS INTEGER)) AS BIGINT) END`;

export const MATH_EMITTERS: Readonly<Record<string, Emitter>> = {
  ...native(
    "abs asinh atan atan2 cbrt ceil cosh degrees exp floor gcd isnan lcm pi radians random sinh tanh sin cos tan cot",
  ),
  acos: inDomain("acos", (v) => `${v} BETWEEN -1 AND 1`),
  asin: inDomain("asin", (v) => `${v} BETWEEN -1 AND 1`),
  acosh: inDomain("acosh", (v) => `${v} >= 1`),
  atanh: inDomain("atanh", (v) => `${v} BETWEEN -1 AND 1`),
  sqrt: inDomain("sqrt", (v) => `${v} >= 0`),
  factorial,
  iszero: ([value]) => `(${value} = 0)`,
  ln: logarithm("ln"),
  log,
  log10: logarithm("log10"),
  log2: logarithm("log2"),
  nanvl: ([value, instead]) => `CASE WHEN isnan(${value}) THEN ${instead} ELSE ${value} END`,
  power: rename("pow"),
  round,
  signum: rename("sign"),
  trunc,
};

export const CONDITIONAL_EMITTERS: Readonly<Record<string, Emitter>> = {
  ...native("coalesce greatest least nullif"),
  nvl: rename("coalesce"),
  nvl2: ([test, present, absent]) => `CASE WHEN ${test} IS NOT NULL THEN ${present} ELSE ${absent} END`,
};
