export type { ApiCall } from "./api-calls.ts";
export type { BuilderCall } from "./builder-calls.ts";
export type * from "./expressions.ts";
export { literalValue, sourceOffset } from "./literal-text.ts";
export { PluginDocument } from "./plugin-document.ts";
export type * from "./statements.ts";
