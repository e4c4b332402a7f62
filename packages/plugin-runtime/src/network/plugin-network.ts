import { connect } from "node:net";
import type { NetworkService } from "../interpreter/index.ts";
import { InterpreterNetwork, type NetworkParts } from "./interpreter-network.ts";
import { fewAtOnce, resolveBySystem } from "./name-lookup.ts";
import type { NetworkPolicy } from "./policy/index.ts";
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from "./socket-limits.ts";
import { TlsContexts } from "./tls-contexts.ts";

export interface PluginNetworkOptions {
  readonly policy: NetworkPolicy;
  readonly resolve?: NetworkParts["resolve"];
  readonly connect?: NetworkParts["connect"];
  readonly limits?: Partial<SocketLimits>;
}

/** Makes the networks of a process's interpreters: `PluginHost.openNetwork`. */
export function pluginNetwork(options: PluginNetworkOptions): () => NetworkService {
  const parts: NetworkParts = {
    policy: options.policy,
    resolve: fewAtOnce(options.resolve ?? resolveBySystem),
    connect: options.connect ?? connectByTcp,
    tls: new TlsContexts(),
    limits: { ...DEFAULT_SOCKET_LIMITS, ...options.limits },
  };
  return () => new InterpreterNetwork(parts);
}

function connectByTcp(address: string, port: number) {
  // A peer that has said all it wants to say may still be sent to.
  return connect({ host: address, port, allowHalfOpen: true, noDelay: true });
}
