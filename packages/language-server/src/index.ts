export { API_CLASSES, apiStub, describeApi, stubFiles } from "./api-table/index.ts";
export * from "./protocol/index.ts";
export { type ServerOptions, startServer } from "./server/index.ts";
