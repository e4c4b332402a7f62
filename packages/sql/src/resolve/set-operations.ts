import type { BoundQuery, BoundSetOperation, BoundValues, OutputColumn } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type { Expr } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { coerce } from "./coerce.ts";
import { bindExpr, type Environment } from "./context.ts";
import { EMPTY_SCOPE, relationColumns, type Scope } from "./scope.ts";

const OPERATIONS = { Union: "union", Intersect: "intersect", Except: "except", Minus: "except" } as const;

export function bindSetOperation(
  operator: keyof typeof OPERATIONS,
  quantifier: string,
  left: BoundQuery,
  right: BoundQuery,
  env: Environment,
): BoundSetOperation {
  const op = OPERATIONS[operator];
  if (!["All", "Distinct", "None"].includes(quantifier)) throw notImplemented(`${operator} ${quantifier}`);
  if (left.columns.length !== right.columns.length) {
    throw planError(
      `${operator.toUpperCase()} queries have different number of columns: left has ${left.columns.length} columns whereas right has ${right.columns.length} columns`,
    );
  }
  const types = left.columns.map((column, i) => {
    const type = t.commonType(column.type, right.columns[i]!.type);
    if (type !== undefined) return type;
    throw planError(
      `Incompatible inputs for ${operator}: ${t.arrowTypeName(column.type)} and ${t.arrowTypeName(right.columns[i]!.type)} in column ${i + 1}`,
    );
  });
  const a = castColumns(left, types, env);
  const b = castColumns(right, types, env);
  const columns = a.columns.map((c, i) => ({ ...c, nullable: c.nullable || b.columns[i]!.nullable }));
  return {
    body: "set",
    op,
    all: quantifier === "All",
    left: { ...a, columns },
    right: b,
    relation: env.nextId(),
  };
}

/** Brings the columns of a query to the given types; a query that has them already stays as it is. */
export function castColumns(query: BoundQuery, types: readonly t.SqlType[], env: Environment): BoundQuery {
  if (query.columns.every((c, i) => t.sameType(c.type, types[i]!))) return query;
  const id = env.nextId();
  const projection = relationColumns(id, [], query.columns).map((c, i) => coerce(c.expr, types[i]!));
  return {
    ctes: [],
    recursive: false,
    body: {
      body: "select",
      from: { relation: "derived", id, query, lateral: false },
      distinct: false,
      projection,
    },
    orderBy: [],
    columns: query.columns.map((c, i) => ({ ...c, type: types[i]! })),
  };
}

/** VALUES: columns are named column1, column2, … */
export function bindValues(
  rows: readonly (readonly Expr[])[],
  env: Environment,
  outer: Scope | undefined,
): { values: BoundValues; columns: OutputColumn[] } {
  const scope = outer === undefined ? EMPTY_SCOPE : { columns: [], outer };
  const bound = rows.map((row) => row.map((e) => bindExpr(e, { env, scope, clause: "VALUES" })));
  const width = bound[0]?.length ?? 0;
  if (width === 0) throw planError("Values list cannot be zero length");
  const ragged = bound.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw planError(
      `Inconsistent data length across values list: got ${bound[ragged]!.length} values in row ${ragged} but expected ${width}`,
    );
  }
  const columns = Array.from({ length: width }, (_, i): OutputColumn => {
    const type = t.commonTypeOf(bound.map((row) => row[i]!.type));
    if (type === undefined) throw planError(`Inconsistent data types in column ${i + 1} of the values list`);
    return { name: `column${i + 1}`, type, nullable: bound.some((row) => row[i]!.nullable) };
  });
  const typed = bound.map((row) => row.map((e, i) => coerce(e, columns[i]!.type)));
  return { values: { body: "values", rows: typed, relation: env.nextId() }, columns };
}
