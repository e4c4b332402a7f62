export { connectionCommands } from "./connection-commands.ts";
export { Connections, type ConnectionsOptions } from "./connections.ts";
export { showStatus } from "./status-item.ts";
