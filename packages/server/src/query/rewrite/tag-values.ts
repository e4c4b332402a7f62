import { type BoundExpr, type ColumnExpr, conjunctsOf } from "@millrace/sql";

/** Tag column → the only values of it that can matter. */
export type TagValues = ReadonlyMap<number, ReadonlySet<string>>;

/** The index of the tag column that an expression names, if it names one. */
export type TagOf = (column: ColumnExpr) => number | undefined;

interface OneOf {
  readonly column: number;
  readonly values: readonly string[];
}

/** What the conjuncts of a condition say about tags: `tag = 'a'`, `tag IN ('a', 'b')` and the same joined by OR. */
export function tagValuesOf(condition: BoundExpr, tagOf: TagOf): TagValues {
  return conjunctsOf(condition).reduce<TagValues>((known, conjunct) => {
    const found = oneOf(conjunct, tagOf);
    return found === undefined
      ? known
      : intersectTagValues(known, new Map([[found.column, new Set(found.values)]]));
  }, new Map());
}

export function intersectTagValues(a: TagValues, b: TagValues): TagValues {
  const result = new Map(a);
  for (const [column, values] of b) {
    const known = result.get(column);
    result.set(column, known === undefined ? values : new Set([...values].filter((v) => known.has(v))));
  }
  return result;
}

function oneOf(expr: BoundExpr, tagOf: TagOf): OneOf | undefined {
  if (expr.node === "inList" && !expr.negated) return among(expr.expr, expr.list, tagOf);
  if (expr.node !== "binary") return undefined;
  if (expr.op === "=") return among(expr.left, [expr.right], tagOf) ?? among(expr.right, [expr.left], tagOf);
  if (expr.op !== "or") return undefined;
  const left = oneOf(expr.left, tagOf);
  const right = left && oneOf(expr.right, tagOf);
  if (left === undefined || right?.column !== left.column) return undefined;
  return { column: left.column, values: [...left.values, ...right.values] };
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function among(expr: BoundExpr, list: readonly BoundExpr[], tagOf: TagOf): OneOf | undefined {
  const inner = textOf(expr);
  const column = inner.node === "column" ? tagOf(inner) : undefined;
  if (column === undefined) return undefined;
  const values: string[] = [];
  for (const item of list.map(textOf)) {
    // Text that is not well-formed turns into other text on its way into the engine.
    if (item.node !== "literal" || typeof item.value !== "string" || LONE_SURROGATE.test(item.value))
      return undefined;
    values.push(item.value);
  }
  return { column, values };
}

/** A change from one kind of text to another leaves the value as it is. */
function textOf(expr: BoundExpr): BoundExpr {
  const isText = expr.node === "cast" && expr.type.kind === "utf8" && expr.expr.type.kind === "utf8";
  return isText ? expr.expr : expr;
}
