export type { LensArguments } from "../lenses/index.ts";
export type * from "./connection.ts";
export { COMMANDS, METHODS } from "./names.ts";
export type * from "./tests.ts";
