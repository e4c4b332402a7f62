export type { NetworkParts } from "./interpreter-network.ts";
export { NetworkPolicy } from "./network-policy.ts";
export { type OwnServer, ownServer } from "./own-server.ts";
export { type PluginNetworkOptions, pluginNetwork } from "./plugin-network.ts";
export { DEFAULT_SOCKET_LIMITS, type SocketLimits } from "./socket-limits.ts";
