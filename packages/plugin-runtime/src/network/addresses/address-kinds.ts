import { type AddressRange, contains, parseRange } from "./address-range.ts";
import type { IpAddress } from "./ip-address.ts";

/**
 * What the policy makes of an address: public ones need a matching entry, private ones and those of this machine
 * an entry that names them, forbidden ones are never reached. docs/guides/plugin-network.md states the classes.
 */
export interface AddressKind {
  readonly kind: "public" | "private" | "loopback" | "forbidden";
  /** For error texts: "a private address". */
  readonly label: string;
}

const PUBLIC: AddressKind = { kind: "public", label: "a public address" };
const TRANSLATED: AddressKind = {
  kind: "forbidden",
  label: "another spelling of an address that is not public",
};

/** The first range that an address is in decides. */
const KINDS = Object.entries({
  // Where clouds give their machines credentials and settings.
  "forbidden: a metadata address": "100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::/32 fd20:ce::254",
  "forbidden: a link-local address": "169.254.0.0/16 fe80::/10",
  "forbidden: a multicast address": "224.0.0.0/4 ff00::/8",
  "forbidden: the broadcast address": "255.255.255.255",
  "forbidden: no address of a host": "0.0.0.0/8 ::",
  "loopback: an address of this machine": "127.0.0.0/8 ::1",
  "forbidden: a reserved address": "192.0.0.0/24 240.0.0.0/4 ::/96 100::/64 2001::/32",
  "private: a private address":
    "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7 fec0::/10 64:ff9b:1::/48",
  "private: an address for tests": "192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 2001:db8::/32",
}).flatMap(([text, ranges]) => {
  const [kind = "", label = ""] = text.split(": ");
  return ranges.split(" ").map((range) => ({ range: known(range), kind: { kind, label } as AddressKind }));
});

/** Ranges of version 6 that networks translate to the version 4 address at these bits. */
const TRANSLATIONS = [
  { range: known("64:ff9b::/96"), shift: 0n },
  { range: known("2002::/16"), shift: 80n },
];

export function kindOf(address: IpAddress): AddressKind {
  const translation = TRANSLATIONS.find(({ range }) => contains(range, address));
  if (translation !== undefined) {
    const inner = kindOf({ family: 4, value: (address.value >> translation.shift) & 0xffffffffn });
    return inner.kind === "public" ? inner : TRANSLATED;
  }
  return KINDS.find(({ range }) => contains(range, address))?.kind ?? PUBLIC;
}

function known(text: string): AddressRange {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`not a range of addresses: ${text}`);
  return range;
}
