import type { BoundExpr, JoinKind } from "../bound/index.ts";
import { notImplemented, schemaError } from "../errors/index.ts";
import { type Join, type JoinConstraint, nodeOf } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { bindNamedCall } from "./arguments.ts";
import { bindExpr, type Environment } from "./context.ts";
import { foldName, quoteName } from "./identifiers.ts";
import { bindBinary, bindComparison, condition } from "./operators.ts";
import type { Scope, ScopeColumn } from "./scope.ts";
import { crossJoin, type Source } from "./source.ts";

const KINDS: Readonly<Record<string, JoinKind>> = {
  Join: "inner",
  Inner: "inner",
  Left: "left",
  LeftOuter: "left",
  Right: "right",
  RightOuter: "right",
  FullOuter: "full",
  CrossJoin: "cross",
  Semi: "semi",
  LeftSemi: "semi",
  RightSemi: "semi",
  Anti: "anti",
  LeftAnti: "anti",
  RightAnti: "anti",
};

export function bindJoin(
  left: Source,
  right: Source,
  join: Join,
  env: Environment,
  outer: Scope | undefined,
): Source {
  const [operator, node] = nodeOf(join.join_operator);
  const kind = KINDS[operator];
  if (kind === undefined) throw notImplemented(`Unsupported join ${operator}`);
  const constraint = (node ?? "None") as JoinConstraint;
  if (operator === "RightSemi" || operator === "RightAnti")
    return matched(kind, right, left, constraint, env, outer);
  return matched(kind, left, right, constraint, env, outer);
}

function matched(
  kind: JoinKind,
  left: Source,
  right: Source,
  constraint: JoinConstraint,
  env: Environment,
  outer: Scope | undefined,
): Source {
  if (constraint === "None") return unconditional(kind, left, right);
  if (constraint !== "Natural" && "On" in constraint) {
    const scope: Scope = {
      columns: [...left.columns, ...right.columns],
      ...(outer === undefined ? {} : { outer }),
    };
    const on = condition(bindExpr(constraint.On, { env, scope, clause: "FROM" }));
    return joined(kind, left, right, on, [...left.columns, ...right.columns]);
  }
  const names =
    constraint === "Natural" ? sharedNames(left, right) : constraint.Using.map((n) => foldName(n).join("."));
  if (names.length === 0) return unconditional(kind, left, right);
  return usingJoin(kind, left, right, names);
}

function unconditional(kind: JoinKind, left: Source, right: Source): Source {
  if (kind === "cross" || kind === "inner") return crossJoin(left, right);
  const always: BoundExpr = { node: "literal", value: true, type: t.BOOLEAN, nullable: false };
  return joined(kind, left, right, always, [...left.columns, ...right.columns]);
}

function joined(
  kind: JoinKind,
  left: Source,
  right: Source,
  on: BoundExpr,
  columns: readonly ScopeColumn[],
): Source {
  const leftOnly = kind === "semi" || kind === "anti";
  const leftCount = left.columns.length;
  const visible = leftOnly ? left.columns : columns.map((c, i) => withNulls(kind, c, i < leftCount));
  return {
    relation: { relation: "join", kind, left: left.relation, right: right.relation, on },
    columns: visible,
  };
}

/** Rows without partner have NULL in the columns of the other side. */
function withNulls(kind: JoinKind, column: ScopeColumn, isLeft: boolean): ScopeColumn {
  const padded = kind === "full" || (isLeft ? kind === "right" : kind === "left");
  return padded ? { ...column, expr: { ...column.expr, nullable: true } } : column;
}

function sharedNames(left: Source, right: Source): string[] {
  const names = new Set(right.columns.filter((c) => c.bare).map((c) => c.name));
  return left.columns.filter((c) => c.bare && names.has(c.name)).map((c) => c.name);
}

function sideColumn(source: Source, name: string): ScopeColumn {
  const found = source.columns.filter((c) => c.bare && c.name === name);
  if (found.length === 0) throw schemaError(`No field named ${quoteName(name)} on both sides of USING`);
  if (found.length > 1) throw schemaError(`Ambiguous reference to unqualified field ${quoteName(name)}`);
  return found[0]!;
}

/** The merged columns stand once, in the place of the left one; both originals stay reachable by their table. */
function usingJoin(kind: JoinKind, left: Source, right: Source, names: readonly string[]): Source {
  const pairs = names.map((name) => ({ name, left: sideColumn(left, name), right: sideColumn(right, name) }));
  const on = pairs
    .map((p) => bindComparison("=", p.left.expr, p.right.expr))
    .reduce((a, b) => bindBinary("And", a, b));
  const merged = new Map(pairs.map((p) => [p.left, mergedColumn(kind, p.name, p.left.expr, p.right.expr)]));
  const hidden = new Set(pairs.flatMap((p) => [p.left, p.right]));
  const hide = (c: ScopeColumn) => (hidden.has(c) ? { ...c, bare: false } : c);
  const source = joined(kind, left, right, on, [...left.columns.map(hide), ...right.columns.map(hide)]);
  if (kind === "semi" || kind === "anti") return source;
  const columns = source.columns.flatMap((c, i) => {
    const own = i < left.columns.length ? merged.get(left.columns[i]!) : undefined;
    return own === undefined ? [c] : [own, c];
  });
  return { relation: source.relation, columns };
}

function mergedColumn(kind: JoinKind, name: string, left: BoundExpr, right: BoundExpr): ScopeColumn {
  const expr = kind === "right" ? right : kind === "full" ? bindNamedCall("coalesce", [left, right]) : left;
  return { qualifiers: [], name, expr, bare: true };
}
