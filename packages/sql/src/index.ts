export * from "./bound/index.ts";
export * from "./errors/index.ts";
export * from "./functions/index.ts";
export * from "./parse/index.ts";
export * from "./resolve/index.ts";
export * from "./schema/index.ts";
export * from "./types/index.ts";
