export { failureText } from "./failure-text.ts";
export type { Plugin, Table, TableColumn, Trigger } from "./model.ts";
export { quotedName, quotedText } from "./quoted.ts";
export { type PluginUpload, Server, type ServerOptions } from "./server.ts";
