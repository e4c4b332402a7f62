export {
  type EnvironmentProblem,
  Interpreter,
  type InterpreterOptions,
  type InterpreterState,
  type PythonEnvironment,
  PythonRuntime,
  type RunDeadlines,
  type RunEnd,
  type RuntimeOptions,
} from "./host/index.ts";
export {
  answer,
  type CallMessage,
  ControlWords,
  FILE_ERROR_CODES,
  FileError,
  type FileErrorCode,
  type FileStat,
  type HostFiles,
  type PreludeModule,
  type ReplyMessage,
  type WorkerLimits,
} from "./protocol/index.ts";
