export { floorToBin } from "./constant-calls.ts";
export type { BindOptions, ParamValue } from "./context.ts";
export { foldIdent, quoteName } from "./identifiers.ts";
export type { BoundStatement } from "./statement.ts";
export { bindStatement } from "./statement.ts";
