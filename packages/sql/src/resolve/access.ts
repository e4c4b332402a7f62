import { type BoundExpr, displayName } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type ExprNodes, type Ident, nodeOf } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { coerce } from "./coerce.ts";
import { bindExpr, type ExprScope } from "./context.ts";
import { foldIdent } from "./identifiers.ts";
import { findBare, findQualified, noFieldNamed } from "./scope.ts";

/** `table.column`, `schema.table.column`, or a field of a struct column. */
export function bindCompound(parts: readonly Ident[], scope: ExprScope): BoundExpr {
  const names = parts.map(foldIdent);
  const column = findQualified(scope.scope, names.slice(0, -1), names.at(-1)!);
  if (column !== undefined) return column;
  for (let split = names.length - 1; split >= 1; split--) {
    const root =
      split === 1
        ? findBare(scope.scope, names[0]!)
        : findQualified(scope.scope, names.slice(0, split - 1), names[split - 1]!);
    if (root !== undefined && root.type.kind === "struct") {
      return names.slice(split).reduce(fieldOf, root);
    }
  }
  throw noFieldNamed(scope.scope, names);
}

export function fieldOf(expr: BoundExpr, field: string): BoundExpr {
  if (expr.type.kind === "map") {
    return { node: "field", expr, field, type: expr.type.value, nullable: true };
  }
  if (expr.type.kind !== "struct") {
    throw planError(
      `The expression to get an indexed field is only valid for struct, map or array types, got ${t.arrowTypeName(expr.type)}`,
    );
  }
  const found = expr.type.fields.find((f) => f.name === field);
  if (found === undefined) {
    const valid = expr.type.fields.map((f) => f.name).join(", ");
    throw planError(`Field ${field} not found in struct ${displayName(expr)}. It has ${valid}`);
  }
  return { node: "field", expr, field, type: found.type, nullable: true };
}

export function itemOf(expr: BoundExpr, index: BoundExpr): BoundExpr {
  if (expr.type.kind === "map") {
    return {
      node: "subscript",
      expr,
      index: coerce(index, expr.type.key),
      type: expr.type.value,
      nullable: true,
    };
  }
  if (expr.type.kind !== "list") {
    throw planError(
      `The expression to get an indexed field is only valid for struct, map or array types, got ${t.arrowTypeName(expr.type)}`,
    );
  }
  return { node: "subscript", expr, index: coerce(index, t.INT64), type: expr.type.item, nullable: true };
}

/** `x['field']`, `x[1]`, `x[1:2]`, `x.field`, chained. */
export function bindAccess(node: ExprNodes["CompoundFieldAccess"], scope: ExprScope): BoundExpr {
  return node.access_chain.reduce<BoundExpr>(
    (expr, access) => {
      if ("Dot" in access) {
        const [tag, ident] = nodeOf(access.Dot);
        if (tag !== "Identifier") throw notImplemented("a field access by something else than a name");
        return fieldOf(expr, foldIdent(ident as Ident));
      }
      const subscript = access.Subscript;
      if ("Slice" in subscript) return bindSlice(expr, subscript.Slice, scope);
      const index = bindExpr(subscript.Index.index, scope);
      return index.node === "literal" && typeof index.value === "string"
        ? fieldOf(expr, index.value)
        : itemOf(expr, index);
    },
    bindExpr(node.root, scope),
  );
}

type SliceNode = Extract<
  Extract<ExprNodes["CompoundFieldAccess"]["access_chain"][number], { Subscript: unknown }>["Subscript"],
  { Slice: unknown }
>["Slice"];

function bindSlice(expr: BoundExpr, slice: SliceNode, scope: ExprScope): BoundExpr {
  if (slice.stride !== null && slice.stride !== undefined)
    throw notImplemented("an array slice with a stride");
  if (expr.type.kind !== "list")
    throw planError(`Only arrays can be sliced, got ${t.arrowTypeName(expr.type)}`);
  const bound = (side: SliceNode["lower_bound"]) =>
    side === null || side === undefined ? undefined : coerce(bindExpr(side, scope), t.INT64);
  const [from, to] = [bound(slice.lower_bound), bound(slice.upper_bound)];
  return {
    node: "slice",
    expr,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    type: expr.type,
    nullable: true,
  };
}

export function bindList(items: readonly BoundExpr[]): BoundExpr {
  const type = t.commonTypeOf(items.map((i) => i.type));
  if (type === undefined) throw planError("the items of an array must have one common type");
  return { node: "list", items: items.map((i) => coerce(i, type)), type: t.listOf(type), nullable: false };
}

export function structOf(fields: readonly { readonly name: string; readonly expr: BoundExpr }[]): BoundExpr {
  const names = new Set(fields.map((f) => f.name.toLowerCase()));
  if (names.size !== fields.length)
    throw planError("the fields of a struct must have different names, whatever their case");
  if (fields.length === 0) throw planError("a struct needs at least one field");
  const type: t.SqlType = {
    kind: "struct",
    fields: fields.map((f) => ({ name: f.name, type: f.expr.type })),
  };
  return { node: "struct", fields, type, nullable: false };
}

/** struct('a' AS x, …); fields without a name are c0, c1, … */
export function bindStruct(node: ExprNodes["Struct"], scope: ExprScope): BoundExpr {
  return structOf(
    node.values.map((value, i) => {
      if ("Named" in value)
        return { name: foldIdent(value.Named.name), expr: bindExpr(value.Named.expr, scope) };
      return { name: `c${i}`, expr: bindExpr(value, scope) };
    }),
  );
}

export function bindDictionary(node: ExprNodes["Dictionary"], scope: ExprScope): BoundExpr {
  return structOf(node.map((entry) => ({ name: entry.key.value, expr: bindExpr(entry.value, scope) })));
}

export function mapOf(entries: readonly { readonly key: BoundExpr; readonly value: BoundExpr }[]): BoundExpr {
  const key = t.commonTypeOf(entries.map((e) => e.key.type));
  const value = t.commonTypeOf(entries.map((e) => e.value.type));
  if (key === undefined || value === undefined)
    throw planError("the keys and the values of a map must have one type each");
  return {
    node: "map",
    entries: entries.map((e) => ({ key: coerce(e.key, key), value: coerce(e.value, value) })),
    type: { kind: "map", key, value },
    nullable: false,
  };
}

export function bindMap(node: ExprNodes["Map"], scope: ExprScope): BoundExpr {
  return mapOf(node.entries.map((e) => ({ key: bindExpr(e.key, scope), value: bindExpr(e.value, scope) })));
}
