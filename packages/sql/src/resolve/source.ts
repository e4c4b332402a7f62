import type { BoundRelation } from "../bound/index.ts";
import type { ScopeColumn } from "./scope.ts";

/** A FROM item and the columns it makes visible. */
export interface Source {
  readonly relation: BoundRelation;
  readonly columns: readonly ScopeColumn[];
}

export function crossJoin(left: Source, right: Source): Source {
  return {
    relation: { relation: "join", kind: "cross", left: left.relation, right: right.relation },
    columns: [...left.columns, ...right.columns],
  };
}
