export type { Compile, CompiledQuery, SourceRef } from "./compile.ts";
export { startQueryWorker } from "./worker.ts";
