import { type ByteSource, decodeLatin1 } from "../foundation/index.ts";
import { tailWord } from "./hash.ts";
import * as layout from "./record.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const { ID, KEY_HASH, KEY_LENGTH, KEY_WORDS, NEXT, NO_RECORD, OWNER, SLOT } = layout;

/** Probe chains are cut at this length, so that crafted collisions cost a Map lookup instead of a scan. */
const MAX_PROBES = 24;

/** Keys from this length on are compared eight bytes at a time. */
const LONG_KEY_BYTES = 8;

/** Byte strings with small records, kept in one growing array of 32-bit words and found by hash. */
export class ByteDictionary {
  words = new Int32Array(1 << 10);
  /** The same memory, eight bytes at a time. */
  doubles = new Float64Array(this.words.buffer);
  /**
   * False once eight bytes of some key are no number or a zero: then comparing doubles is not comparing bytes. Text
   * never gets there.
   */
  comparesDoubles = true;
  count = 0;
  private used = KEY_WORDS;
  private table = new Int32Array(1 << 8);
  private spilled: Map<string, number> | undefined;

  /** Bytes held by records and tables. */
  get sizeBytes(): number {
    return this.words.byteLength + this.table.byteLength;
  }

  /** The record of `owner` with the key `bytes[start, start + length)`, or `NO_RECORD`. */
  find(source: ByteSource, start: number, length: number, hash: number, owner: number): number {
    const { table, words } = this;
    const mask = table.length - 1;
    let index = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const record = table[index]!;
      if (record === NO_RECORD) return NO_RECORD;
      if (
        words[record + KEY_HASH] === hash &&
        words[record + KEY_LENGTH] === length &&
        words[record + OWNER] === owner &&
        keyMatches(this, record, source, start)
      ) {
        return record;
      }
      index = (index + 1) & mask;
    }
    if (this.spilled === undefined) return NO_RECORD;
    return this.spilled.get(spillKey(source.bytes, start, length, owner)) ?? NO_RECORD;
  }

  /** Adds a key known to be absent. */
  add(source: ByteSource, start: number, length: number, hash: number, header: RecordHeader): number {
    const record = this.used;
    const wordCount = (length + 3) >> 2;
    const end = record + recordWords(length);
    this.reserve(end);
    const { words } = this;
    words[record + KEY_LENGTH] = length;
    words[record + KEY_HASH] = hash;
    words[record + NEXT] = record;
    words[record + ID] = header.id;
    words[record + OWNER] = header.owner;
    words[record + SLOT] = header.slot;
    const key = record + KEY_WORDS;
    for (let i = 0; i < length >> 2; i++) words[key + i] = source.view.getInt32(start + i * 4, true);
    const rest = length & 3;
    if (rest !== 0) words[key + wordCount - 1] = tailWord(source.bytes, start + length - rest, rest);
    if (length >= LONG_KEY_BYTES) {
      words[end - 2] = source.view.getInt32(start + length - 8, true);
      words[end - 1] = source.view.getInt32(start + length - 4, true);
      this.checkDoubles(key >> 1, end >> 1);
    }
    this.used = end;
    this.count++;
    if (this.count * 2 > this.table.length) this.rehash(this.table.length * 4);
    else this.link(record);
    return record;
  }

  /** The bytes of a record's key. */
  keyOf(record: number): Uint8Array {
    const { words } = this;
    const length = words[record + KEY_LENGTH]!;
    const key = new Uint8Array(length);
    for (let i = 0; i < length; i++) key[i] = words[record + KEY_WORDS + (i >> 2)]! >>> ((i & 3) * 8);
    return key;
  }

  private reserve(wordCount: number): void {
    if (wordCount <= this.words.length) return;
    const grown = new Int32Array(Math.max(this.words.length * 2, wordCount + (wordCount & 1)));
    grown.set(this.words);
    this.words = grown;
    this.doubles = new Float64Array(grown.buffer);
  }

  private checkDoubles(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const value = this.doubles[i]!;
      if (value === 0 || Number.isNaN(value)) this.comparesDoubles = false;
    }
  }

  private rehash(size: number): void {
    this.table = new Int32Array(size);
    this.spilled = undefined;
    for (let record = KEY_WORDS; record < this.used; ) {
      this.link(record);
      record += recordWords(this.words[record + KEY_LENGTH]!);
    }
  }

  private link(record: number): void {
    const { table, words } = this;
    const mask = table.length - 1;
    let index = words[record + KEY_HASH]! & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      if (table[index] === NO_RECORD) {
        table[index] = record;
        return;
      }
      index = (index + 1) & mask;
    }
    const key = this.keyOf(record);
    this.spilled ??= new Map();
    this.spilled.set(spillKey(key, 0, key.length, words[record + OWNER]!), record);
  }
}

export interface RecordHeader {
  readonly id: number;
  readonly owner: number;
  readonly slot: number;
}

/** A record takes whole doubles; a long key's last eight bytes follow it once more, wherever they began. */
function recordWords(keyLength: number): number {
  const words = KEY_WORDS + ((keyLength + 7) >> 3) * 2;
  return keyLength < LONG_KEY_BYTES ? words : words + 2;
}

/** Compares a record's key with the bytes at `start`; they must lie inside the source. */
export function keyMatches(
  { words, doubles, comparesDoubles }: ByteDictionary,
  record: number,
  source: ByteSource,
  start: number,
): boolean {
  const length = words[record + KEY_LENGTH]!;
  if (length < LONG_KEY_BYTES || !comparesDoubles) return wordsMatch(words, record, source, start);
  const { view } = source;
  const key = (record + KEY_WORDS) >> 1;
  const whole = length >> 3;
  // Different keys mostly differ near their ends.
  const tail = view.getFloat64(start + length - 8, true);
  if (tail !== doubles[key + ((length + 7) >> 3)]) return false;
  for (let i = 0; i < whole; i++) {
    if (view.getFloat64(start + (i << 3), true) !== doubles[key + i]) return false;
  }
  return true;
}

function wordsMatch(words: Int32Array, record: number, source: ByteSource, start: number): boolean {
  const { view } = source;
  const length = words[record + KEY_LENGTH]!;
  const key = record + KEY_WORDS;
  const whole = length >> 2;
  for (let i = 0; i < whole; i++) {
    if (view.getInt32(start + (i << 2), true) !== words[key + i]) return false;
  }
  const rest = length & 3;
  if (rest === 0) return true;
  const tail = start + (whole << 2);
  if (tail + 4 > source.length) return tailWord(source.bytes, tail, rest) === words[key + whole];
  const mask = -1 >>> (32 - 8 * rest);
  return ((view.getInt32(tail, true) ^ words[key + whole]!) & mask) === 0;
}

function spillKey(bytes: Uint8Array, start: number, length: number, owner: number): string {
  return `${owner},${decodeLatin1(bytes, start, start + length)}`;
}
