export { CommitLog, type CommitLogLayout, type CommitLogOptions } from "./commit-log.ts";
export { InconsistentLogError, LogDamagedError, SecondWriterError } from "./errors.ts";
