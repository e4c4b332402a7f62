export { DatabaseStates } from "./database-states.ts";
export { SchemaConflict } from "./line-schema.ts";
export { DraftScope, type Savepoint, type SchemaScope } from "./schema-scope.ts";
export { WriteRun } from "./write-run.ts";
