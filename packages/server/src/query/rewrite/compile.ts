import { type BoundStatement, bindStatement, type SchemaModel } from "@millrace/sql";
import { compileCatalogStatement } from "./catalog-statements.ts";
import { compileExplain } from "./explain.ts";
import { QueryPrinter, typedResult } from "./print-query.ts";
import { splitAtSources } from "./statement-text.ts";
import type { CompiledQuery, CompileOptions } from "./types.ts";

/**
 * Turns a user's statement into one for the engine. The text is parsed, resolved against the schema and written
 * anew, so that nothing of it reaches the engine as it was. Throws PlanError; `initParser` must have run.
 */
export function compileQuery(text: string, schema: SchemaModel, options: CompileOptions): CompiledQuery {
  const { nowNs, params } = options;
  return compileStatement(bindStatement(text, { schema, nowNs, params }), schema);
}

function compileStatement(statement: BoundStatement, schema: SchemaModel): CompiledQuery {
  if (statement.statement === "explain") return compileExplain(statement, schema, compileStatement);
  if (statement.statement !== "query") return compileCatalogStatement(statement, schema);
  const { query } = statement;
  const printer = new QueryPrinter();
  const text = splitAtSources(typedResult(query, printer.query(query)));
  return { text, sources: printer.sourceRefs(), output: query.columns, params: printer.params };
}
