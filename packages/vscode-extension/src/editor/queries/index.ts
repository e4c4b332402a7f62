export { queryCommands } from "./query-commands.ts";
export { showResult } from "./result-panel.ts";
