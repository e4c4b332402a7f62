export { COMMANDS, METHODS } from "./names.ts";
export type * from "./tests.ts";
