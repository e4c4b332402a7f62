export { API_CLASSES, apiStub, BUILTINS_STUB, describeApi } from "./api-table/index.ts";
export type { LensArguments } from "./lenses/index.ts";
export { type ServerOptions, startServer } from "./server/index.ts";
