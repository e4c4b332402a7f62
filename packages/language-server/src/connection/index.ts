export type { Connection } from "./connection.ts";
export { connectionCommands, connectionsOf } from "./connection-commands.ts";
export type { Connections, ConnectionState, ConnectionStatus } from "./connections.ts";
