export { QueryFigures } from "./query-figures.ts";
export { type LoggedQuery, QueryLog, type QueryPhase } from "./query-log.ts";
export { WorkerGauges } from "./worker-gauges.ts";
