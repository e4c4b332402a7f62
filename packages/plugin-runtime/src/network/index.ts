export type { NetworkParts } from "./interpreter-network.ts";
export { type PluginNetworkOptions, pluginNetwork } from "./plugin-network.ts";
export { NetworkPolicy, type OwnServer, ownServer } from "./policy/index.ts";
export { DEFAULT_SOCKET_LIMITS, type SocketLimits } from "./socket-limits.ts";
