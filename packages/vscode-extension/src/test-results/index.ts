export { closingLines } from "./closing-lines.ts";
export { describeEvent, type OutputLine } from "./describe-event.ts";
export { type Failure, failuresOf } from "./failures.ts";
export { groupTests, type PluginTests } from "./group-tests.ts";
export { rowsTable } from "./rows-table.ts";
