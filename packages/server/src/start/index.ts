export { adoptAdminToken } from "./admin-token.ts";
export { databaseList } from "./database-list.ts";
export { listenOptions, writeAddressFile } from "./listening.ts";
export { processId, product } from "./product.ts";
export { startRecovery } from "./recovery.ts";
