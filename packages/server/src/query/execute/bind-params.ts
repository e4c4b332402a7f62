import duckdb from "@duckdb/node-bindings";
import type { BoundParam } from "../rewrite/index.ts";

/** Binds the values of $1, $2, … each with the type that the planner gave it. */
export function bindParams(prepared: duckdb.PreparedStatement, params: readonly BoundParam[]): void {
  params.forEach((param, i) => {
    bindParam(prepared, i + 1, param);
  });
}

function bindParam(prepared: duckdb.PreparedStatement, index: number, param: BoundParam): void {
  switch (param.type) {
    case "BIGINT":
      duckdb.bind_int64(prepared, index, param.value);
      return;
    case "UBIGINT":
      duckdb.bind_uint64(prepared, index, param.value);
      return;
    case "DOUBLE":
      duckdb.bind_double(prepared, index, param.value);
      return;
    case "VARCHAR":
      duckdb.bind_varchar(prepared, index, param.value);
      return;
    case "BOOLEAN":
      duckdb.bind_boolean(prepared, index, param.value);
      return;
  }
}
