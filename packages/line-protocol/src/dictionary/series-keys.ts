import { BACKSLASH, type ByteSource, COMMA } from "../foundation/index.ts";
import { decodeName, KEY, MEASUREMENT, type NameKind, stopsName, TAG_VALUE } from "../names/index.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import { hashBytes } from "./hash.ts";
import { ID, SLOT } from "./record.ts";

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Series keys share one owner: the key's own bytes begin with the measurement. */
const NO_OWNER = 0;

/**
 * The distinct byte strings `measurement,tags` seen so far, with dense ids from 0. Two spellings of one series
 * (tags in another order, other escapes) are two keys; who wants one series maps both ids to it.
 */
export class SeriesKeys {
  readonly dictionary = new ByteDictionary();
  private readonly records: number[] = [];
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  get count(): number {
    return this.records.length;
  }

  find(source: ByteSource, start: number, end: number): number {
    return this.findHashed(source, start, end, hashBytes(source, start, end - start, this.seed));
  }

  findHashed(source: ByteSource, start: number, end: number, hash: number): number {
    return this.dictionary.find(source, start, end - start, hash, NO_OWNER);
  }

  add(source: ByteSource, start: number, end: number, measurementId: number): number {
    const header = { id: this.records.length, owner: NO_OWNER, slot: measurementId };
    const hash = hashBytes(source, start, end - start, this.seed);
    const record = this.dictionary.add(source, start, end - start, hash, header);
    this.records.push(record);
    return record;
  }

  idOf(record: number): number {
    return this.dictionary.words[record + ID]!;
  }

  /** The measurement a key belongs to. */
  measurementOf(keyId: number): number {
    return this.dictionary.words[this.recordOf(keyId) + SLOT]!;
  }

  /** The key as it was written. */
  bytes(keyId: number): Uint8Array {
    return this.dictionary.keyOf(this.recordOf(keyId));
  }

  /** The tags as written: decoded, in their order. Decoded anew on each call, so keep what you need. */
  tags(keyId: number): readonly Tag[] {
    const key = this.bytes(keyId);
    return readTags(key, 0, key.length);
  }

  private recordOf(keyId: number): number {
    const record = this.records[keyId];
    if (record === undefined) throw new RangeError(`No series key has the id ${keyId}.`);
    return record;
  }
}

/** The tags of a well-formed series key. */
export function readTags(bytes: Uint8Array, start: number, end: number): readonly Tag[] {
  const tags: Tag[] = [];
  let position = endOfName(bytes, start, end, MEASUREMENT);
  while (position < end && bytes[position] === COMMA) {
    const keyEnd = endOfName(bytes, position + 1, end, KEY);
    const valueEnd = endOfName(bytes, keyEnd + 1, end, TAG_VALUE);
    tags.push({
      key: decodeName(bytes, position + 1, keyEnd, KEY),
      value: decodeName(bytes, keyEnd + 1, valueEnd, TAG_VALUE),
    });
    position = valueEnd;
  }
  return tags;
}

/** The first tag key that a well-formed series key names a second time. */
export function findRepeatedTag(bytes: Uint8Array, start: number, end: number): string | undefined {
  const seen = new Set<string>();
  for (const { key } of readTags(bytes, start, end)) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}

function endOfName(bytes: Uint8Array, start: number, end: number, kind: NameKind): number {
  let position = start;
  while (position < end && !stopsName(bytes[position]!, kind)) {
    position += bytes[position] === BACKSLASH ? 2 : 1;
  }
  return position;
}
