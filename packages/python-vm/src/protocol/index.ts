export { answer } from "./answer.ts";
export { ControlWords } from "./control-words.ts";
export { FILE_ERROR_CODES, FileError, type FileErrorCode, type FileStat, type HostFiles } from "./files.ts";
export type {
  CallMessage,
  FromWorker,
  PreludeModule,
  ReplyMessage,
  SitePackages,
  ToWorker,
  UnbakedModule,
  WorkerLimits,
  WorkerSetup,
} from "./messages.ts";
