import type { BoundExpr, BoundRelation, OutputColumn } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type {
  FunctionArg,
  ObjectName,
  Query,
  TableAlias,
  TableFactor,
  TableFactorNodes,
  TableWithJoins,
} from "../parse/index.ts";
import { CATALOG_NAME, DEFAULT_SCHEMA, findTable, type TableSchema } from "../schema/index.ts";
import * as t from "../types/index.ts";
import { argumentExpr } from "./arguments.ts";
import { coerce } from "./coerce.ts";
import { bindExpr, bindNestedQuery, type Environment, type ExprScope } from "./context.ts";
import { foldIdent, foldName } from "./identifiers.ts";
import { bindJoin } from "./joins.ts";
import { relationColumns, type Scope, type ScopeColumn } from "./scope.ts";
import { crossJoin, type Source } from "./source.ts";

/** The FROM list: items separated by commas are a cross join. */
export function bindFrom(
  items: readonly TableWithJoins[],
  env: Environment,
  outer: Scope | undefined,
): Source | undefined {
  let source: Source | undefined;
  for (const item of items) {
    const next = bindTableWithJoins(item, env, outer, source?.columns ?? []);
    source = source === undefined ? next : crossJoin(source, next);
  }
  return source;
}

function bindTableWithJoins(
  item: TableWithJoins,
  env: Environment,
  outer: Scope | undefined,
  before: readonly ScopeColumn[],
): Source {
  let source = bindFactor(item.relation, env, outer, before);
  for (const join of item.joins) {
    const right = bindFactor(join.relation, env, outer, [...before, ...source.columns]);
    source = bindJoin(source, right, join, env, outer);
  }
  return source;
}

/** `before` are the columns to the left, which LATERAL and table functions may use. */
function bindFactor(
  factor: TableFactor,
  env: Environment,
  outer: Scope | undefined,
  before: readonly ScopeColumn[],
): Source {
  const lateral: Scope = { columns: before, ...(outer === undefined ? {} : { outer }) };
  if ("Table" in factor) return bindTable(factor.Table, env, lateral);
  if ("Derived" in factor) {
    const { subquery, alias } = factor.Derived;
    return bindDerived(
      subquery,
      alias ?? undefined,
      factor.Derived.lateral,
      env,
      factor.Derived.lateral ? lateral : outer,
    );
  }
  if ("UNNEST" in factor) return bindUnnest(factor.UNNEST, env, lateral);
  if ("NestedJoin" in factor) {
    const { table_with_joins: inner, alias } = factor.NestedJoin;
    if (alias !== null && alias !== undefined) throw notImplemented("an alias for a join in parentheses");
    return bindTableWithJoins(inner, env, outer, before);
  }
  throw notImplemented(`Unsupported FROM item ${Object.keys(factor)[0]}`);
}

function bindTable(node: TableFactorNodes["Table"], env: Environment, lateral: Scope): Source {
  if (node.sample) throw notImplemented("TABLESAMPLE");
  if (node.version) throw notImplemented("a table version");
  const parts = foldName(node.name);
  const alias = node.alias ?? undefined;
  if (node.args !== null && node.args !== undefined) {
    return bindTableFunction(parts.join("."), node.args.args, alias, env, lateral);
  }
  const cte = parts.length === 1 ? env.ctes.get(parts[0]!) : undefined;
  const id = env.nextId();
  if (cte !== undefined) {
    return {
      relation: { relation: "cte", id, cte: cte.id, columnCount: cte.columns.length },
      columns: aliased(id, [parts[0]!], alias, cte.columns),
    };
  }
  const table = lookUp(parts, env);
  const columns = table.columns.map((c) => ({
    name: c.name,
    type: c.type,
    nullable: c.nullable,
    columnKind: c.kind,
  }));
  return {
    relation: { relation: "table", id, table },
    columns: aliased(id, [CATALOG_NAME, table.schema, table.name], alias, columns),
  };
}

function lookUp(parts: readonly string[], env: Environment): TableSchema {
  const [name, schema = DEFAULT_SCHEMA, catalog = CATALOG_NAME] = [...parts].reverse();
  const table =
    parts.length <= 3 && catalog === CATALOG_NAME ? findTable(env.options.schema, schema, name!) : undefined;
  if (table === undefined) throw tableNotFound(parts);
  return table;
}

export function tableNotFound(parts: readonly string[]): Error {
  const full = [CATALOG_NAME, DEFAULT_SCHEMA].slice(0, Math.max(0, 3 - parts.length)).concat(parts);
  return planError(`table '${full.join(".")}' not found`);
}

/** Finds a table by name as written in SHOW COLUMNS and DESCRIBE. */
export function resolveTable(name: ObjectName, env: Environment): TableSchema {
  return lookUp(foldName(name), env);
}

/** Columns under the relation's own name or its alias; an alias may rename the columns too. */
function aliased(
  id: number,
  ownName: readonly string[],
  alias: TableAlias | undefined,
  columns: readonly OutputColumn[],
): ScopeColumn[] {
  if (alias === undefined) return relationColumns(id, ownName, columns);
  return relationColumns(id, [foldIdent(alias.name)], renamed(alias, columns));
}

export function renamed(alias: TableAlias, columns: readonly OutputColumn[]): readonly OutputColumn[] {
  if (alias.columns.length === 0) return columns;
  if (alias.columns.length !== columns.length) {
    throw planError(
      `Source table contains ${columns.length} columns but only ${alias.columns.length} names given as column alias`,
    );
  }
  return columns.map((c, i) => ({ ...c, name: foldIdent(alias.columns[i]!.name) }));
}

function bindDerived(
  subquery: Query,
  alias: TableAlias | undefined,
  isLateral: boolean,
  env: Environment,
  outer: Scope | undefined,
): Source {
  const query = bindNestedQuery(subquery, env, outer);
  const id = env.nextId();
  const relation: BoundRelation = { relation: "derived", id, query, lateral: isLateral };
  if (alias !== undefined) return { relation, columns: aliased(id, [], alias, query.columns) };
  // Without an alias the columns keep the names of the tables they come from.
  const columns = relationColumns(id, [], query.columns).map((c, i) => {
    const qualifier = query.columns[i]!.qualifier;
    return qualifier === undefined
      ? c
      : { ...c, qualifiers: [qualifier], expr: { ...c.expr, qualifier } as BoundExpr };
  });
  return { relation, columns };
}

function bindUnnest(node: TableFactorNodes["UNNEST"], env: Environment, lateral: Scope): Source {
  if (node.with_offset || node.with_ordinality) throw notImplemented("UNNEST with an offset or ordinality");
  const scope: ExprScope = { env, scope: lateral, clause: "FROM" };
  const lists = node.array_exprs.map((e) => bindExpr(e, scope));
  const columns = lists.map((list, i): OutputColumn => {
    if (list.type.kind !== "list")
      throw planError(`unnest() needs an array, got ${t.arrowTypeName(list.type)}`);
    return { name: lists.length === 1 ? "unnest" : `unnest_${i + 1}`, type: list.type.item, nullable: true };
  });
  const id = env.nextId();
  return {
    relation: { relation: "unnest", id, lists },
    columns: aliased(id, ["unnest"], node.alias ?? undefined, columns),
  };
}

function bindTableFunction(
  name: string,
  args: readonly FunctionArg[],
  alias: TableAlias | undefined,
  env: Environment,
  lateral: Scope,
): Source {
  if (name !== "range" && name !== "generate_series") throw planError(`table function '${name}' not found`);
  if (args.length < 1 || args.length > 3) throw planError(`${name} takes a start, an end and a step`);
  const scope: ExprScope = { env, scope: lateral, clause: "FROM" };
  const bound = args.map((arg) => {
    const expr = argumentExpr(arg);
    if (expr === "Wildcard") throw planError(`'*' is no argument of ${name}`);
    return coerce(bindExpr(expr, scope), t.INT64);
  });
  const id = env.nextId();
  return {
    relation: { relation: "series", id, name, args: bound },
    columns: aliased(id, [name], alias, [{ name: "value", type: t.INT64, nullable: false }]),
  };
}
