import { isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** An address as a number, so that ranges of addresses can be compared. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A host as a plugin or an operator named it, in the one spelling that is checked and used. */
export type Host = { readonly address: IpAddress } | { readonly name: string };

const NAME = /^[^\s/\\@?#%:[\]<>^|]{1,253}$/u;

/**
 * Reads a host in any spelling: addresses as decimal, octal or hexadecimal numbers or with parts left out, names
 * with any letter case, in any script, and with a dot at the end. Undefined when it is no host.
 */
export function parseHost(text: string): Host | undefined {
  const bracketed = text.startsWith("[") && text.endsWith("]");
  if (bracketed || text.includes(":")) {
    const address = parseIPv6(bracketed ? text.slice(1, -1) : text);
    return address && { address };
  }
  if (!NAME.test(text)) return undefined;
  const name = domainToASCII(text).replace(/\.$/, "");
  if (name === "") return undefined;
  const address = parseIPv4(name);
  return address === undefined ? { name } : { address };
}

/** The address in its usual spelling; undefined when the text is anything else. */
export function parseAddress(text: string): IpAddress | undefined {
  const host = parseHost(text);
  return host && "address" in host ? host.address : undefined;
}

export function formatAddress({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname.slice(1, -1);
}

/** `host:port`, with brackets around addresses that have colons themselves. */
export function formatEndpoint(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseIPv4(text: string): IpAddress | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(BigInt);
  return parts && { family: 4, value: parts.reduce((value, part) => (value << 8n) | part, 0n) };
}

/** A version 4 address that is written as one of version 6 is the version 4 address. */
function parseIPv6(text: string): IpAddress | undefined {
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const middle: bigint[] = new Array(8 - before.length - after.length).fill(0n);
  const value = [...before, ...middle, ...after].reduce((sum, group) => (sum << 16n) | group, 0n);
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function groupsOf(text: string): bigint[] {
  return text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
}
