import { type SchemaModel, schemaModelOf } from "@millrace/sql";
import type { AnalysisContext, SchemaSnapshot } from "../../analysis/index.ts";
import type { SqlQuery } from "./find-queries.ts";

export interface KnownSchema {
  readonly model: SchemaModel;
  readonly database: string;
}

const models = new WeakMap<SchemaSnapshot, SchemaModel>();

/** The tables that a query can read; undefined when they are not known. */
export function modelFor(
  { database }: SqlQuery,
  { schema }: Pick<AnalysisContext, "schema">,
): KnownSchema | undefined {
  const isOwn = database === undefined || database === schema?.database;
  if (schema === undefined || !isOwn) return undefined;
  let model = models.get(schema);
  if (model === undefined) {
    model = schemaModelOf(schema.tables);
    models.set(schema, model);
  }
  return { model, database: schema.database };
}
