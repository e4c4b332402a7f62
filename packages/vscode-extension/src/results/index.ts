export { type PageOptions, resultPage } from "./result-page.ts";
export { type Cell, type ResultTable, readResult } from "./result-table.ts";
