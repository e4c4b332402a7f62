export { LiveSources, type LiveSourcesOptions } from "./live-sources.ts";
export { type BoundSources, type QueriedDatabase, SourceBinder } from "./source-binder.ts";
export type { StoredTable } from "./stored-table.ts";
