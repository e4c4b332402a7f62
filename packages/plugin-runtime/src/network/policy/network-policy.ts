import { formatAddress, formatEndpoint, type IpAddress, kindOf } from "../addresses/index.ts";
import type { OwnServer } from "./own-server.ts";
import { allowsAddress, allowsName, allowsPort, type PolicyEntry, parseEntry } from "./policy-entry.ts";

/** Which hosts plugins may connect to: nothing but what an entry allows, and the server that they run in. */
export class NetworkPolicy {
  readonly #entries: readonly PolicyEntry[];
  readonly #ownServer: () => OwnServer | undefined;

  /** Throws an error that says what is wrong with an entry. */
  constructor(entries: readonly string[], ownServer: () => OwnServer | undefined = () => undefined) {
    this.#entries = entries.map(parseEntry);
    this.#ownServer = ownServer;
  }

  /** Why a name may not even be looked up, which would tell it to strangers; undefined when it may. */
  refuseName(name: string, port: number): string | undefined {
    const own = this.#ownServer();
    if (own?.names.has(name) && (port === 0 || port === own.port)) return undefined;
    if (this.#entries.some((entry) => allowsPort(entry, port) && allowsName(entry, name))) return undefined;
    return noEntry(port === 0 ? name : formatEndpoint(name, port));
  }

  /** Why an address may not be connected to; undefined when it may. `names` are those that led to it. */
  refuseAddress(address: IpAddress, port: number, names: readonly string[]): string | undefined {
    const text = formatAddress(address);
    const endpoint = formatEndpoint(text, port);
    const own = this.#ownServer();
    if (own?.port === port && own.addresses.has(text)) return undefined;
    const { kind, label } = kindOf(address);
    const what = names.length === 0 ? endpoint : `${endpoint} (the address of ${names.join(", ")})`;
    if (kind === "forbidden") return `plugins may never connect to ${what}: it is ${label}.`;
    const ways = names.length === 0 ? [undefined] : names;
    const allowed = this.#entries.some(
      (entry) => allowsPort(entry, port) && ways.some((name) => allowsAddress(entry, address, name)),
    );
    if (allowed) return undefined;
    if (kind === "public") return noEntry(what);
    return (
      `plugins may not connect to ${what}: it is ${label}, which only an entry of --plugin-network for ` +
      `the address or its range allows, such as "${endpoint}".`
    );
  }
}

function noEntry(what: string): string {
  const entry = what.split(" ")[0];
  return (
    `plugins may not connect to ${what}: no entry of --plugin-network allows it. ` +
    `Whoever runs the server can add "${entry}" there.`
  );
}
