export { LiveSources, type LiveSourcesOptions } from "./live-sources.ts";
export { type Buffered, planSource, type SourcePlan, type TableParts } from "./plan-source.ts";
export { type BoundSources, type QueriedDatabase, type RowSources, SourceBinder } from "./source-binder.ts";
export type { Span } from "./spans.ts";
export type { StoredTable } from "./stored-table.ts";
export { TagEntryCache } from "./tag-entry-cache.ts";
export { ViewPins } from "./view-pins.ts";
