export * from "./client/index.ts";
export * from "./grammar/index.ts";
export * from "./json/index.ts";
export * from "./plugin-metadata/index.ts";
export * from "./routes/index.ts";
export * from "./schemas/index.ts";
