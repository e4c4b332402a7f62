export { buildRows } from "./rows-from-columns.ts";
export { TableBatchReader } from "./table-batches.ts";
