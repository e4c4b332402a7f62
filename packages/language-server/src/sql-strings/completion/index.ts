export { signatureOf } from "./items.ts";
export { sqlCompletion } from "./sql-completion.ts";
