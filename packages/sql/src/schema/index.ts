export type { CatalogRow, CatalogValue } from "./information-schema.ts";
export {
  describeRows,
  findTable,
  INFORMATION_SCHEMA,
  informationSchemaRows,
  listTables,
  showColumnsRows,
  showTablesRows,
} from "./information-schema.ts";
export type { ColumnKind, ColumnSchema, SchemaModel, SchemaName, TableSchema } from "./model.ts";
export { CATALOG_NAME, compareNames, DEFAULT_SCHEMA, schemaModelOf } from "./model.ts";
