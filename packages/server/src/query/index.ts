export { type EncodedRows, encodeRows } from "./encode/index.ts";
export type { QueryEnd, StartedQuery, WorkerOptions } from "./protocol/index.ts";
export { type LoggedQuery, QueryFigures, QueryLog, type QueryPhase } from "./query-log/index.ts";
export type { CellValue, ResultColumn } from "./result/index.ts";
export { type BufferAnnouncer, createQueryService, type QueryServiceOptions } from "./service/index.ts";
export type {
  ParamValue,
  QueryFormat,
  QueryService,
  QueryStream,
  SqlRequest,
  SystemTableSource,
} from "./types.ts";
