import type { CallExpr } from "@millrace/sql";
import { castText } from "../sql-text.ts";
import { type Emitter, rename } from "./emitter.ts";

/** The printed list with the item type of the call's result. */
function typed(list: string, call: CallExpr): string {
  return castText(list, call.type);
}

const concatLists: Emitter = (args, call) =>
  args.reduce((a, b) => `list_concat(${a}, ${b})`, castText("[]", call.type));

/** Removes the first item that equals, or all of them. */
const removeAll: Emitter = ([list, item]) => `list_filter(${list}, lambda x: x IS DISTINCT FROM ${item})`;

const removeFirst: Emitter = ([list, item]) => {
  const at = `coalesce(list_position(${list}, ${item}), 0)`;
  return `CASE WHEN ${at} = 0 THEN ${list} ELSE list_concat(list_slice(${list}, 1, ${at} - 1), list_slice(${list}, ${at} + 1, len(${list}))) END`;
};

/** Every item once, in the order of their first places; the engine's own function keeps no order. */
function firsts(list: string): string {
  return `list_filter(${list}, lambda x, i: list_position(${list}, x) = i)`;
}

const sort: Emitter = ([list, direction = "'ASC'", nulls]) =>
  `CASE WHEN upper(${direction}) = 'DESC' THEN list_sort(${list}, 'DESC', 'NULLS FIRST') ELSE list_sort(${list}, 'ASC', ${nulls === undefined ? "'NULLS FIRST'" : "'NULLS LAST'"}) END`;

export const COLLECTION_EMITTERS: Readonly<Record<string, Emitter>> = {
  array_append: ([list, item], call) => `list_append(${typed(list!, call)}, ${item})`,
  array_prepend: ([item, list], call) => `list_prepend(${item}, ${typed(list!, call)})`,
  array_concat: concatLists,
  array_has: rename("list_contains"),
  array_has_all: rename("list_has_all"),
  array_has_any: rename("list_has_any"),
  array_distinct: ([list]) => `list_sort(list_distinct(${list}))`,
  array_position: rename("list_position"),
  array_slice: rename("list_slice"),
  array_sort: sort,
  array_reverse: rename("list_reverse"),
  array_intersect: ([a, b]) => `list_filter(${firsts(a!)}, lambda x: list_contains(${b}, x))`,
  array_union: ([a, b]) => firsts(`list_concat(${a}, ${b})`),
  array_except: ([a, b]) => `list_filter(${firsts(a!)}, lambda x: NOT list_contains(${b}, x))`,
  array_length: rename("len"),
  array_to_string: ([list, separator, nulls]) =>
    nulls === undefined
      ? `array_to_string(list_filter(${list}, lambda x: x IS NOT NULL), ${separator})`
      : `array_to_string(list_transform(${list}, lambda x: coalesce(CAST(x AS VARCHAR), ${nulls})), ${separator})`,
  array_repeat: ([item, count]) => `list_transform(range(greatest(${count}, 0)), lambda i: ${item})`,
  array_remove: removeFirst,
  array_remove_all: removeAll,
  array_replace_all: ([list, from, to]) =>
    `list_transform(${list}, lambda x: CASE WHEN x IS NOT DISTINCT FROM ${from} THEN ${to} ELSE x END)`,
  array_pop_front: ([list]) => `list_slice(${list}, 2, len(${list}))`,
  array_pop_back: ([list]) => `list_slice(${list}, 1, len(${list}) - 1)`,
  array_max: rename("list_max"),
  array_min: rename("list_min"),
  array_ndims: (_, call) => {
    let depth = 0;
    for (let type = call.args[0]!.type; type.kind === "list"; type = type.item) depth++;
    return String(depth);
  },
  flatten: rename("flatten"),
  cardinality: ([value], call) =>
    call.args[0]!.type.kind === "map" ? `cardinality(${value})` : `len(${value})`,
  empty: ([list]) => `(len(${list}) = 0)`,
  range: rename("range"),
  generate_series: rename("generate_series"),
  string_to_array: ([text, separator, nullText]) =>
    nullText === undefined
      ? `string_split(${text}, ${separator})`
      : `list_transform(string_split(${text}, ${separator}), lambda x: nullif(x, ${nullText}))`,
  map_extract: rename("map_extract"),
  map_keys: rename("map_keys"),
  map_values: rename("map_values"),
  unnest: rename("unnest"),
};
