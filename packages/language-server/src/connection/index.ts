export type { Connection } from "./connection.ts";
export { connectionCommands, connectionsOf } from "./connection-commands.ts";
export type { ConnectionState, ConnectionStatus, Connections } from "./connections.ts";
