import {
  type BoundStatement,
  bindStatement,
  type OutputColumn,
  PlanError,
  type SchemaModel,
  scanTokens,
} from "@millrace/sql";

export type Plan =
  | { readonly columns: readonly OutputColumn[] | undefined }
  /** Refused, in the database's words. */
  | { readonly refused: PlanError };

/** Plans a statement as the database does; undefined where that depends on what only the run knows. */
export function planSql(text: string, schema: SchemaModel): Plan | undefined {
  const params = Object.fromEntries(parametersOf(text).map((name) => [name, null]));
  try {
    return { columns: columnsOf(bindStatement(text, { schema, params, nowNs: 0n })) };
  } catch (error) {
    return error instanceof PlanError ? { refused: error } : undefined;
  }
}

/** The names of a statement's `$parameters`. */
export function parametersOf(text: string): string[] {
  const names = new Set<string>();
  for (const { kind, start, end } of scanTokens(text)) {
    if (kind === "word" && text[start] === "$") names.add(text.slice(start + 1, end));
  }
  return [...names];
}

function columnsOf(statement: BoundStatement): readonly OutputColumn[] | undefined {
  return statement.statement === "query" ? statement.query.columns : undefined;
}
