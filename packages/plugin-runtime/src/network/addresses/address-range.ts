import { type IpAddress, parseAddress } from "./ip-address.ts";

/** All addresses from the first to the last. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads `10.0.0.0/8`, or an address alone as the range of itself. */
export function parseRange(text: string): AddressRange | undefined {
  const [addressText = "", prefixText, ...rest] = text.split("/");
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (prefixText === undefined) return { family: address.family, first: address.value, last: address.value };
  const prefix = Number(prefixText);
  if (!/^\d{1,3}$/.test(prefixText) || prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = address.value - (address.value % size);
  return { family: address.family, first, last: first + size - 1n };
}

export function contains(range: AddressRange, { family, value }: IpAddress): boolean {
  return family === range.family && value >= range.first && value <= range.last;
}
