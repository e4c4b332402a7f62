import { hostname, networkInterfaces } from "node:os";
import { formatAddress, type IpAddress, parseAddress, parseHost } from "../addresses/index.ts";

/** Where the server that runs the plugins listens: the one place on this machine that every plugin may call. */
export interface OwnServer {
  readonly port: number;
  /** Other names than addresses. */
  readonly names: ReadonlySet<string>;
  /** Exactly those on which it listens: on others, the port may belong to another program. */
  readonly addresses: ReadonlySet<string>;
}

/** What `server.address()` says about a listening server, with all the ways to name it on its own machine. */
export function ownServer(listening: { readonly address: string; readonly port: number }): OwnServer {
  const names = new Set(["localhost"]);
  const machine = parseHost(hostname());
  if (machine !== undefined && "name" in machine) names.add(machine.name);
  return {
    port: listening.port,
    names,
    addresses: new Set(listenedOn(listening.address).map(formatAddress)),
  };
}

function listenedOn(text: string): IpAddress[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  // 0.0.0.0 are all addresses of version 4, and :: all of both versions.
  if (address.value !== 0n) return [address];
  const all = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap((entry) => parseAddress(entry.address) ?? []);
  return all.filter(({ family }) => address.family === 6 || family === 4);
}
