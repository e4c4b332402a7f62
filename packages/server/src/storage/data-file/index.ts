export { type EncodedFile, encodeFile } from "./encode-file.ts";
export { FilePuts, type FilePutsOptions } from "./file-puts.ts";
export { Stopwatch } from "./stopwatch.ts";
export type { OpenSource, TaskDeps, TaskFigures, TaskOutcome } from "./task-types.ts";
