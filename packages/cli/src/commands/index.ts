export { rootCommand, SERVE, VERSION } from "./root.ts";
export { rootOptions } from "./root-options.ts";
export { type Action, type Command, CommandError, type Context } from "./shared/action.ts";
export { hintFor } from "./shared/hints.ts";
