export type { CacheCommand, HostCall, HostReply, InterpreterTask, TaskResult } from "./host-channel.ts";
export type { ColumnBatch, QueryLink, QueryReply, QueryRequest, ResultColumn } from "./query-channel.ts";
export type {
  ErrorEvent,
  LineFrame,
  LogEvent,
  LogLevel,
  LogLine,
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
