import {
  type BoundQuery,
  type BoundRelation,
  type BoundStatement,
  displayName,
  type SchemaModel,
} from "@millrace/sql";
import { constantRows } from "./catalog-statements.ts";
import type { CompiledQuery } from "./types.ts";

/** EXPLAIN: the shape of the original's answer, the text is our own (docs/reference/sql.md, "EXPLAIN"). */
export function compileExplain(
  statement: Extract<BoundStatement, { statement: "explain" }>,
  schema: SchemaModel,
  compile: (statement: BoundStatement, schema: SchemaModel) => CompiledQuery,
): CompiledQuery {
  const compiled = compile(statement.query, schema);
  const logical =
    statement.query.statement === "query"
      ? describeQuery(statement.query.query, 0)
      : [statement.query.statement];
  const physical = compiled.sources.map((source) => {
    const { minNs = "-inf", maxNs = "inf" } = source.timeRange;
    return `Scan: ${source.schema}.${source.table}, columns=${source.columns.length}, time=[${minNs}, ${maxNs}]`;
  });
  const scans = physical.length === 0 ? "No scan" : physical.join("\n");
  if (statement.analyze)
    return constantRows("plan_type plan", [["Plan with Metrics", `${logical.join("\n")}\n${scans}`]]);
  return constantRows("plan_type plan", [
    ["logical_plan", logical.join("\n")],
    ["physical_plan", scans],
  ]);
}

function describeQuery(query: BoundQuery, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const lines: string[] = [];
  const step = (text: string) => lines.push(`${indent}${"  ".repeat(lines.length)}${text}`);
  if (query.limit !== undefined || query.offset !== undefined) step("Limit");
  if (query.orderBy.length > 0) step("Sort");
  const { body } = query;
  if (body.body === "values") step(`Values: ${body.rows.length} rows`);
  else if (body.body === "set") {
    step(`${body.op}${body.all ? " all" : ""}`);
    const below = depth + lines.length;
    return [...lines, ...describeQuery(body.left, below), ...describeQuery(body.right, below)];
  } else {
    step(`Projection: ${query.columns.map((c) => c.name).join(", ")}`);
    if (body.having !== undefined) step("Filter: having");
    if (body.aggregation !== undefined)
      step(
        `Aggregate: groups=${body.aggregation.groups.length}, aggregates=${body.aggregation.aggregates.length}`,
      );
    if (body.where !== undefined) step(`Filter: ${displayName(body.where)}`);
    if (body.from !== undefined) return [...lines, ...describeRelation(body.from, depth + lines.length)];
  }
  return lines;
}

function describeRelation(relation: BoundRelation, depth: number): string[] {
  const indent = "  ".repeat(depth);
  switch (relation.relation) {
    case "table":
      return [`${indent}TableScan: ${relation.table.name}`];
    case "derived":
      return [`${indent}Subquery`, ...describeQuery(relation.query, depth + 1)];
    case "join":
      return [
        `${indent}${relation.kind} join`,
        ...describeRelation(relation.left, depth + 1),
        ...describeRelation(relation.right, depth + 1),
      ];
    default:
      return [`${indent}${relation.relation}`];
  }
}
