export { type OpenClient, type QueryHints, RemoteQueries } from "./remote-queries.ts";
