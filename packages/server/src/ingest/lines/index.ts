export { DatabaseStates } from "./database-states.ts";
export { DraftScope, type Savepoint, type SchemaScope } from "./schema-scope.ts";
export { LineRefusal, WriteRun } from "./write-run.ts";
