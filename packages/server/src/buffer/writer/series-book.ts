import { NO_TAG } from "../layout/index.ts";
import { ValueIds } from "./value-ids.ts";

const FIRST_ENTRIES = 8;
/** What a value takes beside its text: its places in the map and in the list. */
const HEAP_BYTES_PER_VALUE = 80;
const HEAP_BYTES_PER_TAG = 500;
const NONE = new Int32Array(0);

interface BookTag {
  /** By entry; none beyond its end. */
  ids: Int32Array;
  readonly values: string[];
  readonly idOfValue: ValueIds;
}

/**
 * The tags of series keys, for as long as someone writes with these keys: each generation of a table numbers its series
 * anew, and reading a key's text again for each of them takes far longer than looking up what it says here.
 */
export class SeriesBook {
  #count = 0;
  readonly #tags: (BookTag | undefined)[] = [];
  #heapBytes = 0;
  readonly #total: { heapBytes: number };
  #closed = false;

  constructor(total: { heapBytes: number }) {
    this.#total = total;
  }

  /** Returns the entry that has `values[i]` for the tag `tagIndexes[i]` and no other tag. */
  add(tagIndexes: readonly number[], values: readonly string[]): number {
    const entry = this.#count++;
    for (let i = 0; i < tagIndexes.length; i++) {
      const tag = this.#openTag(tagIndexes[i]!);
      if (entry >= tag.ids.length) this.#growTo(tag, entry + 1);
      tag.ids[entry] = tag.idOfValue.get(values[i]!) ?? this.#addValue(tag, values[i]!);
    }
    return entry;
  }

  /** Takes back the newest entry. Its values stay, for when the key comes again. */
  removeLast(): void {
    const entry = --this.#count;
    for (const tag of this.#tags) if (tag !== undefined && entry < tag.ids.length) tag.ids[entry] = NO_TAG;
  }

  get tagCount(): number {
    return this.#tags.length;
  }

  /** The entry's value of the tag, or -1. */
  idOf(tagIndex: number, entry: number): number {
    return this.#tags[tagIndex]?.ids[entry] ?? NO_TAG;
  }

  value(tagIndex: number, id: number): string {
    return this.#tags[tagIndex]!.values[id]!;
  }

  valueCount(tagIndex: number): number {
    return this.#tags[tagIndex]?.values.length ?? 0;
  }

  /** Nobody will use it again. */
  close(): void {
    this.#countHeap(-this.#heapBytes);
    this.#closed = true;
  }

  #openTag(tagIndex: number): BookTag {
    // Holes would turn the array into a slow one.
    while (this.#tags.length < tagIndex) this.#tags.push(undefined);
    const known = this.#tags[tagIndex];
    if (known !== undefined) return known;
    const tag = { ids: NONE, values: [], idOfValue: new ValueIds() };
    this.#tags[tagIndex] = tag;
    this.#countHeap(HEAP_BYTES_PER_TAG);
    return tag;
  }

  #addValue(tag: BookTag, value: string): number {
    const id = tag.values.push(value) - 1;
    tag.idOfValue.add(value, id);
    this.#countHeap(HEAP_BYTES_PER_VALUE + value.length);
    return id;
  }

  #growTo(tag: BookTag, needed: number): void {
    const ids = new Int32Array(Math.max(needed, tag.ids.length * 2, FIRST_ENTRIES)).fill(NO_TAG);
    ids.set(tag.ids);
    this.#countHeap((ids.length - tag.ids.length) * 4);
    tag.ids = ids;
  }

  #countHeap(bytes: number): void {
    if (this.#closed) return;
    this.#heapBytes += bytes;
    this.#total.heapBytes += bytes;
  }
}
