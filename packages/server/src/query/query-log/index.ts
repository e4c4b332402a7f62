export { type LoggedQuery, QueryLog, type QueryPhase } from "./query-log.ts";
