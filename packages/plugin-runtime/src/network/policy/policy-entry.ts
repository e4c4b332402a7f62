import {
  type AddressRange,
  contains,
  type IpAddress,
  kindOf,
  parseHost,
  parseRange,
} from "../addresses/index.ts";

/** One thing that the operator allows, with a port or for all ports. */
export type PolicyEntry = { readonly port: number | undefined } & (
  | { readonly kind: "all" }
  | { readonly kind: "name"; readonly name: string }
  /** All names below a domain, but not the domain itself. */
  | { readonly kind: "domain"; readonly suffix: string }
  | { readonly kind: "range"; readonly range: AddressRange }
);

/** Reads an entry of `--plugin-network`; throws an error that says what entries look like. */
export function parseEntry(text: string): PolicyEntry {
  const { host, port } = splitPort(text.trim());
  if (host === "*") return { kind: "all", port };
  const range = parseRange(host);
  if (range !== undefined) {
    const [first, last] = [range.first, range.last].map((value) => kindOf({ family: range.family, value }));
    if (first!.kind === "forbidden" && first!.label === last!.label) {
      throw new Error(
        `The entry "${text}" of --plugin-network is ${first!.label}, which plugins never reach. Remove it.`,
      );
    }
    return { kind: "range", range, port };
  }
  if (host.startsWith("*.")) return { kind: "domain", suffix: `.${nameOf(host.slice(2), text)}`, port };
  return { kind: "name", name: nameOf(host, text), port };
}

export function allowsPort(entry: PolicyEntry, port: number): boolean {
  return entry.port === undefined || port === 0 || entry.port === port;
}

export function allowsName(entry: PolicyEntry, name: string): boolean {
  if (entry.kind === "name") return entry.name === name;
  if (entry.kind === "domain") return name.endsWith(entry.suffix);
  return entry.kind === "all";
}

/**
 * Addresses that are not public must be meant: a range that reaches beyond them, like everything that is written
 * with names, says nothing about them. Only `localhost` is a name for what is on this machine.
 */
export function allowsAddress(entry: PolicyEntry, address: IpAddress, name: string | undefined): boolean {
  const { kind } = kindOf(address);
  if (entry.kind !== "range") {
    if (kind === "loopback") return entry.kind === "name" && entry.name === name && isLocalName(name);
    return kind === "public" && (entry.kind === "all" || (name !== undefined && allowsName(entry, name)));
  }
  if (!contains(entry.range, address)) return false;
  const { family, first, last } = entry.range;
  return kind === "public" || [first, last].every((value) => kindOf({ family, value }).kind === kind);
}

function isLocalName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

function nameOf(host: string, entry: string): string {
  const parsed = parseHost(host);
  if (parsed === undefined || !("name" in parsed) || parsed.name.includes("*")) throw badEntry(entry);
  return parsed.name;
}

function splitPort(text: string): { host: string; port: number | undefined } {
  // More than one colon outside of brackets: a version 6 address without a port.
  const match = /^(\[[^\]]*\]|[^:]*):([^:]*)$/.exec(text);
  if (match === null) return { host: text.replace(/^\[(.*)\]$/, "$1"), port: undefined };
  const port = Number(match[2]);
  if (!/^\d{1,5}$/.test(match[2]!) || port < 1 || port > 65_535) throw badEntry(text);
  return { host: match[1]!.replace(/^\[(.*)\]$/, "$1"), port };
}

function badEntry(text: string): Error {
  return new Error(
    `"${text}" is no entry of --plugin-network. Use a host (api.example.com), the hosts below a domain ` +
      "(*.example.com), an address (10.0.0.7, [fd12::7]), a range (10.0.0.0/8) or * for every public address, " +
      "each with a port behind a colon if only that one is meant (api.example.com:443).",
  );
}
