export { readNames } from "./read-names.ts";
export { tableRelation } from "./read-relations.ts";
export { type KnownColumn, type Relation, type Scope, visibleColumns, visibleRelations } from "./scope.ts";
export type { ColumnUse, FunctionUse, NameSources, Names, TableUse } from "./uses.ts";
