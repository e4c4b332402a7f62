import { planError } from "../errors/index.ts";
import { BOOLEAN, commonType, INT64, listOf, NULL, type SqlType, UINT64, UTF8 } from "../types/index.ts";
import { type Argument, type FunctionSpec, scalar, typeOfArgument } from "./spec.ts";

function itemOf(type: SqlType): SqlType {
  return type.kind === "list" ? type.item : NULL;
}

/** The list type that holds the items of one list argument and one item argument. */
function extended(listAt: number, itemAt: number): (args: readonly Argument[]) => SqlType {
  return (args) => {
    const item = commonType(itemOf(args[listAt]!.type), args[itemAt]!.type);
    if (item === undefined) throw planError("the item has another type than the items of the array");
    return listOf(item);
  };
}

function both(args: readonly Argument[]): SqlType {
  const type = args.map((a) => a.type).reduce((a, b) => commonType(a, b) ?? a);
  return type;
}

function mapParts(type: SqlType): { key: SqlType; value: SqlType } {
  return type.kind === "map" ? type : { key: NULL, value: NULL };
}

/** The array functions go by `array_…` and `list_…`. */
function array(
  name: string,
  signature: string,
  returns: SqlType | ((args: readonly Argument[]) => SqlType),
  aliases = "",
): FunctionSpec {
  const names = `${name} ${aliases}`.trim().split(" ");
  const twins = names.map((n) => n.replace(/^array_/, "list_")).filter((n) => !names.includes(n));
  return scalar(name, signature, returns, {
    aliases: [...names.slice(1), ...twins].join(" "),
    nullable: true,
  });
}

export const COLLECTION_FUNCTIONS: readonly FunctionSpec[] = [
  array("array_append", "list item", extended(0, 1), "array_push_back"),
  array("array_prepend", "item list", extended(1, 0), "array_push_front"),
  array("array_concat", "list list*", both, "array_cat"),
  array("array_has", "list item", BOOLEAN, "array_contains"),
  array("array_has_all", "list list", BOOLEAN),
  array("array_has_any", "list list", BOOLEAN, "arrays_overlap"),
  array("array_distinct", "list", typeOfArgument(0)),
  array("array_position", "list item", UINT64, "array_indexof"),
  array("array_slice", "list int int", typeOfArgument(0)),
  array("array_sort", "list string? string?", typeOfArgument(0)),
  array("array_reverse", "list", typeOfArgument(0)),
  array("array_intersect", "list list", both),
  array("array_union", "list list", both),
  array("array_except", "list list", both),
  array("array_length", "list", UINT64),
  array("array_to_string", "list string string?", UTF8, "array_join"),
  array("array_repeat", "any int", (args) => listOf(args[0]!.type)),
  array("array_remove", "list item", typeOfArgument(0)),
  array("array_remove_all", "list item", typeOfArgument(0)),
  array("array_replace_all", "list item item", typeOfArgument(0)),
  array("array_pop_front", "list", typeOfArgument(0)),
  array("array_pop_back", "list", typeOfArgument(0)),
  array("array_max", "list", (args) => itemOf(args[0]!.type)),
  array("array_min", "list", (args) => itemOf(args[0]!.type)),
  array("array_ndims", "list", UINT64),
  scalar("flatten", "list", (args) => itemOf(args[0]!.type), { nullable: true }),
  scalar("cardinality", "any", UINT64, { nullable: true }),
  scalar("empty", "list", BOOLEAN, { aliases: "array_empty list_empty", nullable: true }),
  scalar("range", "int int? int?", listOf(INT64), { nullable: true }),
  scalar("generate_series", "int int? int?", listOf(INT64), { nullable: true }),
  scalar("string_to_array", "string string string?", listOf(UTF8), {
    aliases: "string_to_list",
    nullable: true,
  }),
  scalar("map_extract", "map any", (args) => listOf(mapParts(args[0]!.type).value), {
    aliases: "element_at",
    nullable: true,
  }),
  scalar("map_keys", "map", (args) => listOf(mapParts(args[0]!.type).key), { nullable: true }),
  scalar("map_values", "map", (args) => listOf(mapParts(args[0]!.type).value), { nullable: true }),
  scalar("unnest", "list", (args) => itemOf(args[0]!.type), { nullable: true }),
];
