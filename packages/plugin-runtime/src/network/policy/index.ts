export { NetworkPolicy } from "./network-policy.ts";
export { type OwnServer, ownServer } from "./own-server.ts";
