export { type NodeTransportOptions, nodeTransport, type TlsOptions } from "./node-transport.ts";
