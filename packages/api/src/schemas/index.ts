export * from "./common.ts";
export * from "./database.ts";
export * from "./plugin-test.ts";
export * from "./query.ts";
export * from "./status.ts";
export * from "./token.ts";
export * from "./trigger.ts";
export * from "./write.ts";
