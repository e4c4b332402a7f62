export { createQueryService, type QueryServiceOptions } from "./query-service.ts";
export type { BufferAnnouncer } from "./state-feed.ts";
