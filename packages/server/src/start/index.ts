export { adoptAdminToken } from "./admin-token.ts";
export { databaseList } from "./database-list.ts";
export type { Foundations } from "./foundations.ts";
export { listenOptions, writeAddressFile } from "./listening.ts";
export { openEngine } from "./open-engine.ts";
export { openQuery } from "./open-query.ts";
export { processId, product } from "./product.ts";
export { startRecovery } from "./recovery.ts";
