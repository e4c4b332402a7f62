export { findQueries, queryAt, type SqlQuery } from "./find-queries.ts";
export { modelFor } from "./schema-model.ts";
export type { SqlText } from "./sql-text.ts";
