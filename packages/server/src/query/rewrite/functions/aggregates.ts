import { type AggregateExpr, notImplemented, planError, type SortKey } from "@millrace/sql";

/** An aggregate with its parts printed. */
export interface AggregateParts {
  readonly call: AggregateExpr;
  readonly args: readonly string[];
  /** `x ORDER BY …`, or nothing. */
  readonly order: string;
  /** Conditions that rows must meet to be counted. */
  readonly filters: readonly string[];
}

type AggregateEmitter = (parts: AggregateParts) => string;

function filterText(filters: readonly string[]): string {
  return filters.length === 0 ? "" : ` FILTER (WHERE ${filters.join(" AND ")})`;
}

function plain(name: string, parts: AggregateParts, args: readonly string[] = parts.args): string {
  const distinct = parts.call.distinct ? "DISTINCT " : "";
  const order = parts.order === "" ? "" : ` ORDER BY ${parts.order}`;
  const { ignoreNulls } = parts.call;
  const filters =
    ignoreNulls && args[0] !== undefined ? [...parts.filters, `${args[0]} IS NOT NULL`] : parts.filters;
  return `${name}(${distinct}${args.join(", ")}${order})${filterText(filters)}`;
}

function named(name: string): AggregateEmitter {
  return (parts) => plain(name, parts);
}

const count: AggregateEmitter = (parts) => {
  if (parts.args.length === 0) return `count(*)${filterText(parts.filters)}`;
  if (parts.args.length === 1) return plain("count", parts);
  // Several arguments count the rows in which all of them have a value.
  const present = parts.args.map((arg) => `${arg} IS NOT NULL`);
  if (parts.call.distinct)
    return `count(DISTINCT row(${parts.args.join(", ")}))${filterText([...parts.filters, ...present])}`;
  return `count(*)${filterText([...parts.filters, ...present])}`;
};

const median: AggregateEmitter = (parts) => {
  const value = plain("median", parts);
  return parts.call.type.kind === "int" ? `trunc(${value})` : value;
};

/** The first or last value by one key that is never NULL needs no sorting. */
function edgeValue(sorted: "first" | "last"): AggregateEmitter {
  return (parts) => {
    const { orderBy } = parts.call;
    if (orderBy.length === 1 && isPlainKey(orderBy[0]!)) {
      const key = parts.order.replace(/ (ASC|DESC) NULLS (FIRST|LAST)$/, "");
      const smallest = (sorted === "first") !== orderBy[0]!.descending;
      const filters = parts.call.ignoreNulls
        ? [...parts.filters, `${parts.args[0]} IS NOT NULL`]
        : parts.filters;
      return `${smallest ? "arg_min_null" : "arg_max_null"}(${parts.args[0]}, ${key})${filterText(filters)}`;
    }
    return plain(sorted, parts);
  };
}

function isPlainKey(key: SortKey): boolean {
  return key.expr.node === "column" && !key.expr.nullable;
}

const nthValue: AggregateEmitter = (parts) => {
  const [value, position] = parts.args;
  return `list_extract(${plain("list", parts, [value!])}, ${position})`;
};

/**
 * A percentile between the two nearest values of the sorted input, as a t-digest of single values gives it:
 * exact on small inputs, within the approximation's bounds on large ones.
 */
function percentile(share: (parts: AggregateParts) => string): AggregateEmitter {
  return (parts) => {
    if (parts.call.distinct) throw notImplemented(`DISTINCT in ${parts.call.name}`);
    const [value] = parts.args;
    const sorted = `list_sort(list(CAST(${value} AS DOUBLE))${filterText([...parts.filters, `${value} IS NOT NULL`])}, 'ASC')`;
    const rank = `(${share(parts)} * len(s))`;
    const at = `least(CAST(floor(${rank}) AS BIGINT) + 1, len(s))`;
    const below = `s[greatest(${at} - 1, 1)]`;
    const above = `s[least(${at} + 1, len(s))]`;
    const slope = `(${above} - ${below}) / CASE WHEN ${at} IN (1, len(s)) THEN 1 ELSE 2 END`;
    const estimate = `s[${at}] + (${rank} - ${at} + 0.5e0) * ${slope}`;
    const clamped = `CASE WHEN len(s) < 2 THEN s[1] ELSE greatest(${below}, least(${above}, ${estimate})) END`;
    const text = `list_transform([${sorted}], lambda s: ${clamped})[1]`;
    return parts.call.type.kind === "int" ? `trunc(${text})` : text;
  };
}

function shareOf(parts: AggregateParts): string {
  const share = parts.call.args[1];
  if (share?.node !== "literal" || typeof share.value !== "number" || share.value < 0 || share.value > 1) {
    throw planError(`Percentile value for '${parts.call.name}' must be a constant between 0.0 and 1.0`);
  }
  return parts.args[1]!;
}

const stringAgg: AggregateEmitter = (parts) => plain("string_agg", parts);

/** What a selector reads, field by field; rows without a value are not looked at. */
function selector(parts: AggregateParts): string {
  const { field } = parts.call;
  if (field !== undefined) return selectorField(parts, field);
  const type = parts.call.type;
  const fields =
    type.kind === "struct" ? type.fields.map((f) => `"${f.name}" := ${selectorField(parts, f.name)}`) : [];
  return `struct_pack(${fields.join(", ")})`;
}

function selectorField(parts: AggregateParts, field: string): string {
  const [value, time, ...others] = parts.args;
  const filters = filterText([...parts.filters, `${value} IS NOT NULL`]);
  const kind = parts.call.name;
  const first = kind === "selector_first";
  if (kind === "selector_first" || kind === "selector_last") {
    if (field === "time") return `${first ? "min" : "max"}(${time})${filters}`;
    const read = field === "value" ? value : others[Number(field.slice("other_".length)) - 1];
    return `${first ? "arg_min_null" : "arg_max_null"}(${read}, ${time})${filters}`;
  }
  const extreme = kind === "selector_min" ? "min" : "max";
  if (field === "value") return `${extreme}(${value})${filters}`;
  // Of equal values the earliest counts.
  const key = `struct_pack(a := ${value}, b := ${extreme === "max" ? "-" : ""}epoch_ns(${time}))`;
  const read = field === "time" ? time : others[Number(field.slice("other_".length)) - 1];
  return `arg_${extreme}_null(${read}, ${key})${filters}`;
}

const EMITTERS: Readonly<Record<string, AggregateEmitter>> = {
  approx_distinct: (parts) => `count(DISTINCT ${parts.args[0]})${filterText(parts.filters)}`,
  approx_median: percentile(() => "0.5e0"),
  approx_percentile_cont: percentile(shareOf),
  array_agg: named("list"),
  avg: named("avg"),
  bit_and: named("bit_and"),
  bit_or: named("bit_or"),
  bit_xor: named("bit_xor"),
  bool_and: named("bool_and"),
  bool_or: named("bool_or"),
  count,
  covar_samp: named("covar_samp"),
  first_value: edgeValue("first"),
  grouping: named("grouping"),
  last_value: edgeValue("last"),
  max: named("max"),
  median,
  min: named("min"),
  nth_value: nthValue,
  percentile_cont: (parts) =>
    `quantile_cont(${parts.args[0]}, ${shareOf(parts)})${filterText(parts.filters)}`,
  selector_first: selector,
  selector_last: selector,
  selector_max: selector,
  selector_min: selector,
  stddev: named("stddev_samp"),
  stddev_pop: named("stddev_pop"),
  string_agg: stringAgg,
  sum: named("sum"),
  var: named("var_samp"),
  var_pop: named("var_pop"),
  ...Object.fromEntries(
    "corr covar_pop regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy regr_count"
      .split(" ")
      .map((name) => [name, named(name)]),
  ),
};

export const AGGREGATE_NAMES: readonly string[] = Object.keys(EMITTERS);

export function emitAggregate(parts: AggregateParts): string {
  const emitter = EMITTERS[parts.call.name];
  if (emitter === undefined) throw planError(`Invalid function '${parts.call.name}'`);
  return emitter(parts);
}

/** The engine's name of a function called with OVER. */
const WINDOW_NAMES: Readonly<Record<string, string>> = {
  array_agg: "list",
  stddev: "stddev_samp",
  var: "var_samp",
  ...Object.fromEntries(
    "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value count sum min max avg median stddev_pop var_pop covar_samp covar_pop corr bit_and bit_or bit_xor bool_and bool_or string_agg regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy regr_count"
      .split(" ")
      .map((name) => [name, name]),
  ),
};

export function windowName(name: string): string {
  const known = Object.hasOwn(WINDOW_NAMES, name) ? WINDOW_NAMES[name] : undefined;
  if (known === undefined) throw notImplemented(`${name} with OVER`);
  return known;
}
