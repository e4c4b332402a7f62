export { databaseNameProblem } from "./database-name.ts";
export type { FileCall, FilePlace, FileReply } from "./file-calls.ts";
export type {
  CacheCommand,
  CacheScope,
  HostCall,
  HostReply,
  InterpreterTask,
  SourceSlot,
  TaskFrame,
  TaskResult,
} from "./host-channel.ts";
export type {
  NetworkCall,
  NetworkErrorKind,
  NetworkReply,
  TlsSession,
  TlsSettings,
} from "./network-calls.ts";
export type { ColumnBatch, QueryLink, QueryReply, QueryRequest, ResultColumn } from "./query-channel.ts";
export type { RawError, RawEvent, RawFrame, RawOutcome } from "./raw-run.ts";
export type {
  ErrorEvent,
  FileEvent,
  LineFrame,
  LogEvent,
  LogLevel,
  LogLine,
  NetworkEvent,
  PluginCode,
  PluginEvent,
  PluginResponse,
  PrintEvent,
  QueryEvent,
  QueuedWrite,
  RequestRun,
  RunError,
  RunErrorKind,
  RunOutcome,
  RunRequest,
  ScheduleRun,
  TracebackFrame,
  WriteEvent,
  WritesRun,
} from "./run.ts";
export { type QueryAnswerer, serveQueries } from "./serve-queries.ts";
