import { type BoundExpr, displayName } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type Expr, type ExprNodes, nodeOf } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { bindAccess, bindCompound, bindDictionary, bindList, bindMap, bindStruct } from "./access.ts";
import { bindNamedCall } from "./arguments.ts";
import { bindCall } from "./calls.ts";
import { castTo, coerce } from "./coerce.ts";
import type { ExprScope } from "./context.ts";
import { sqlTypeOf } from "./data-types.ts";
import { foldIdent } from "./identifiers.ts";
import { bindInterval, bindValue, textOf } from "./literals.ts";
import { bindBinary, bindComparison, bindLike, bindUnary, comparable, condition } from "./operators.ts";
import { findBare, noFieldNamed } from "./scope.ts";
import { bindExists, bindInSubquery, bindQuantified, bindScalarSubquery } from "./subqueries.ts";

type Binders = { readonly [Tag in keyof ExprNodes]?: (node: ExprNodes[Tag], scope: ExprScope) => BoundExpr };

export function bindExpr(expr: Expr, scope: ExprScope): BoundExpr {
  const [tag, node] = nodeOf(expr);
  const binder = BINDERS[tag as keyof ExprNodes] as
    | ((node: unknown, scope: ExprScope) => BoundExpr)
    | undefined;
  if (binder === undefined || !Object.hasOwn(BINDERS, tag)) {
    throw notImplemented(`Unsupported expression ${tag}`);
  }
  return binder(node, scope);
}

const BINDERS: Binders = {
  Identifier: (ident, scope) => bindIdentifier(foldIdent(ident), scope),
  CompoundIdentifier: bindCompound,
  Value: (node, scope) => bindValue(node.value, scope),
  Nested: bindExpr,
  BinaryOp: bindBinaryChain,
  UnaryOp: (node, scope) => bindUnary(node.op, bindExpr(node.expr, scope)),
  IsNull: (node, scope) => nullTest(node, false, scope),
  IsNotNull: (node, scope) => nullTest(node, true, scope),
  IsTrue: (node, scope) => truthTest("true", false, node, scope),
  IsNotTrue: (node, scope) => truthTest("true", true, node, scope),
  IsFalse: (node, scope) => truthTest("false", false, node, scope),
  IsNotFalse: (node, scope) => truthTest("false", true, node, scope),
  IsUnknown: (node, scope) => truthTest("unknown", false, node, scope),
  IsNotUnknown: (node, scope) => truthTest("unknown", true, node, scope),
  IsDistinctFrom: ([a, b], scope) => bindComparison("is distinct", bindExpr(a, scope), bindExpr(b, scope)),
  IsNotDistinctFrom: ([a, b], scope) =>
    bindComparison("is not distinct", bindExpr(a, scope), bindExpr(b, scope)),
  InList: bindInList,
  InSubquery: bindInSubquery,
  Between: bindBetween,
  Like: (node, scope) => bindPattern("like", node, scope),
  ILike: (node, scope) => bindPattern("ilike", node, scope),
  SimilarTo: (node, scope) => bindPattern("similar", node, scope),
  AnyOp: (node, scope) => bindQuantified(false, node, scope),
  AllOp: (node, scope) => bindQuantified(true, node, scope),
  Case: bindCase,
  Cast: (node, scope) =>
    castTo(bindExpr(node.expr, scope), sqlTypeOf(node.data_type), {
      tolerant: node.kind === "TryCast" || node.kind === "SafeCast",
      implicit: false,
    }),
  TypedString: bindTypedString,
  Interval: (node, scope) => bindInterval(node, scope, bindExpr),
  Extract: (node, scope) =>
    bindNamedCall("date_part", [textLiteral(fieldName(node.field)), bindExpr(node.expr, scope)]),
  AtTimeZone: (node, scope) =>
    bindNamedCall("at_time_zone", [bindExpr(node.timestamp, scope), bindExpr(node.time_zone, scope)]),
  Position: (node, scope) => bindNamedCall("strpos", [bindExpr(node.in, scope), bindExpr(node.expr, scope)]),
  Substring: (node, scope) =>
    bindNamedCall("substr", [
      bindExpr(node.expr, scope),
      ...optionals(
        [node.substring_from ?? { Value: { value: { Number: ["1", false] } } }, node.substring_for],
        scope,
      ),
    ]),
  Trim: bindTrim,
  Overlay: (node, scope) =>
    bindNamedCall("overlay", [
      ...optionals([node.expr, node.overlay_what, node.overlay_from, node.overlay_for], scope),
    ]),
  Ceil: (node, scope) => bindNamedCall("ceil", [bindExpr(node.expr, scope)]),
  Floor: (node, scope) => bindNamedCall("floor", [bindExpr(node.expr, scope)]),
  Function: bindCall,
  Subquery: bindScalarSubquery,
  Exists: bindExists,
  Array: (node, scope) => bindList(node.elem.map((e) => bindExpr(e, scope))),
  Struct: bindStruct,
  Dictionary: bindDictionary,
  Map: bindMap,
  CompoundFieldAccess: bindAccess,
};

function bindIdentifier(name: string, scope: ExprScope): BoundExpr {
  const alias = scope.aliases?.get(name);
  if (scope.aliasesFirst === true && alias !== undefined) return alias;
  const column = findBare(scope.scope, name) ?? alias;
  if (column === undefined) throw noFieldNamed(scope.scope, [name]);
  return column;
}

/** Long chains lean to the left: they are unrolled instead of recursed into. */
function bindBinaryChain(node: ExprNodes["BinaryOp"], scope: ExprScope): BoundExpr {
  const rights: { readonly op: string; readonly right: Expr }[] = [];
  let left: Expr = { BinaryOp: node };
  while ("BinaryOp" in left) {
    rights.push({ op: operatorTag(left.BinaryOp.op), right: left.BinaryOp.right });
    left = left.BinaryOp.left;
  }
  return rights.reduceRight(
    (bound, { op, right }) => bindBinary(op, bound, bindExpr(right, scope)),
    bindExpr(left, scope),
  );
}

function operatorTag(op: string | object): string {
  return nodeOf(op)[0];
}

function optionals(exprs: readonly (Expr | null | undefined)[], scope: ExprScope): BoundExpr[] {
  return exprs.filter((e) => e !== null && e !== undefined).map((e) => bindExpr(e, scope));
}

function textLiteral(text: string): BoundExpr {
  return { node: "literal", value: text, type: t.UTF8, nullable: false };
}

function fieldName(field: string | object): string {
  const [tag, detail] = nodeOf(field);
  return tag === "Custom" ? (detail as { readonly value: string }).value : tag.toUpperCase();
}

function nullTest(node: Expr, negated: boolean, scope: ExprScope): BoundExpr {
  const expr = bindExpr(node, scope);
  return { node: "test", test: "null", negated, expr, type: t.BOOLEAN, nullable: false };
}

function truthTest(
  test: "true" | "false" | "unknown",
  negated: boolean,
  node: Expr,
  scope: ExprScope,
): BoundExpr {
  const expr = condition(bindExpr(node, scope));
  return { node: "test", test, negated, expr, type: t.BOOLEAN, nullable: false };
}

function bindInList(node: ExprNodes["InList"], scope: ExprScope): BoundExpr {
  const expr = bindExpr(node.expr, scope);
  const list = node.list.map((item) => comparable("=", expr, bindExpr(item, scope))[1]);
  // A text compared with other things takes their type, as a lone comparison would.
  const typed = list.find((item) => item.type.kind !== "null");
  const subject = typed === undefined ? expr : comparable("=", expr, typed)[0];
  const nullable = expr.nullable || list.some((item) => item.nullable);
  return { node: "inList", negated: node.negated, expr: subject, list, type: t.BOOLEAN, nullable };
}

function bindBetween(node: ExprNodes["Between"], scope: ExprScope): BoundExpr {
  const expr = bindExpr(node.expr, scope);
  const [a, low] = comparable(">=", expr, bindExpr(node.low, scope));
  const [b, high] = comparable("<=", expr, bindExpr(node.high, scope));
  const nullable = expr.nullable || low.nullable || high.nullable;
  const subject = a === expr ? b : a;
  return { node: "between", negated: node.negated, expr: subject, low, high, type: t.BOOLEAN, nullable };
}

function bindPattern(
  matcher: "like" | "ilike" | "similar",
  node: ExprNodes["Like"],
  scope: ExprScope,
): BoundExpr {
  if (node.any === true) throw notImplemented("LIKE ANY");
  const escapeChar =
    node.escape_char === null || node.escape_char === undefined ? undefined : textOf(node.escape_char.value);
  if (escapeChar !== undefined && [...escapeChar].length !== 1)
    throw planError("Invalid escape character in LIKE expression");
  return bindLike(
    matcher,
    node.negated,
    bindExpr(node.expr, scope),
    bindExpr(node.pattern, scope),
    escapeChar,
  );
}

function bindCase(node: ExprNodes["Case"], scope: ExprScope): BoundExpr {
  const operand =
    node.operand === null || node.operand === undefined ? undefined : bindExpr(node.operand, scope);
  const branches = node.conditions.map(({ condition: when, result }) => {
    const bound = bindExpr(when, scope);
    const test = operand === undefined ? condition(bound) : comparable("=", operand, bound)[1];
    return { when: test, result: bindExpr(result, scope) };
  });
  const otherwise =
    node.else_result === null || node.else_result === undefined
      ? undefined
      : bindExpr(node.else_result, scope);
  const results = [...branches.map((b) => b.result), ...(otherwise === undefined ? [] : [otherwise])];
  const type = t.commonTypeOf(results.map((r) => r.type));
  if (type === undefined) {
    throw planError(
      `Failed to coerce then (${results.map((r) => displayName(r)).join(", ")}) and else to a common type in CASE`,
    );
  }
  return {
    node: "case",
    ...(operand === undefined ? {} : { operand }),
    branches: branches.map((b) => ({ when: b.when, result: coerce(b.result, type) })),
    ...(otherwise === undefined ? {} : { otherwise: coerce(otherwise, type) }),
    type,
    nullable: otherwise === undefined || results.some((r) => r.nullable),
  };
}

function bindTypedString(node: ExprNodes["TypedString"]): BoundExpr {
  const text = textOf(node.value.value);
  if (text === undefined) throw notImplemented("a typed literal of something else than a string");
  return castTo(textLiteral(text), sqlTypeOf(node.data_type), { tolerant: false, implicit: false });
}

function bindTrim(node: ExprNodes["Trim"], scope: ExprScope): BoundExpr {
  const name = { Both: "btrim", Leading: "ltrim", Trailing: "rtrim" }[node.trim_where ?? "Both"];
  const what = node.trim_what ?? node.trim_characters?.[0] ?? null;
  return bindNamedCall(name, optionals([node.expr, what], scope));
}
