export { CACHE, INFLUXDB3_LOCAL, LINE_BUILDER } from "./classes.ts";
export { displayType } from "./display-type.ts";
export { describeApi } from "./docs-page.ts";
export { ENTRY_POINT_SIGNATURES, type EntryPointSignature, signatureOf } from "./entry-points.ts";
export { findMethod, findParameter, requiredParameters } from "./lookup.ts";
export type { ApiClass, ApiMember, ApiMethod, ApiParameter, ApiProperty } from "./model.ts";
export { BATCH_ROW, NO_ROW_TYPES, QUERY_ROW, type RowColumn, type RowTypes } from "./row-types.ts";
export { API_CLASSES, API_MODULE, apiStub, PLUGIN_MODULE, stubFiles } from "./stubs.ts";
