export { columnTypeText } from "./column-types.ts";
export { checkDatabaseName, INTERNAL_DATABASE } from "./names.ts";
export { type CatalogOptions, NodeCatalog } from "./node-catalog.ts";
export {
  type Catalog,
  type CatalogChange,
  type ColumnInfo,
  type ColumnKind,
  type ColumnType,
  type DatabaseCommands,
  type DatabaseInfo,
  type DeletedThing,
  type DeletionCommands,
  FieldType,
  type FieldTypeName,
  type IssuedToken,
  type SchemaDraft,
  type TableInfo,
  type TokenCommands,
  type TokenInfo,
  type TriggerChanges,
  type TriggerCommands,
  type TriggerDefinition,
  type TriggerInfo,
} from "./types.ts";
