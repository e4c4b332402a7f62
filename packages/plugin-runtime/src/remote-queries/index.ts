export { type OpenClient, type QueryHints, RemoteQueries } from "./remote-queries.ts";
export { SeededQueries, type SeedServer } from "./seeded-queries.ts";
