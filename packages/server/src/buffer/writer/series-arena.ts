import { NO_TAG } from "../layout/index.ts";
import type { SeriesBook } from "./series-book.ts";
import type { TagColumn } from "./tag-column.ts";
import { UndoLog } from "./undo-log.ts";

const FIRST_SERIES = 8;
const EMPTY = -1;
const NONE = new Int32Array(0);
const EARLIEST_HIGH = -(2 ** 31);

export interface SeriesArenaOptions {
  openTag(tagIndex: number, seriesCount: number, seriesCapacity: number): TagColumn;
  /** Keeps crafted tag values from meeting in one place of the table. */
  hashSeed: number;
}

export interface SeriesPosition {
  readonly series: number;
  readonly times: number;
  readonly values: number;
}

/**
 * The series of a table: append-only, numbered from 0, equal when all their tags are equal (a missing tag equals a
 * missing tag). It also knows each series' last time, so that rows which come late are noticed as they arrive.
 */
export class SeriesArena {
  #count = 0;
  #capacity = FIRST_SERIES;
  readonly #tags: (TagColumn | undefined)[] = [];
  readonly #options: SeriesArenaOptions;
  /** Open-addressed: series ids. Entries leave in the reverse order of their coming, so clearing one is enough. */
  #slots = new Int32Array(FIRST_SERIES * 2).fill(EMPTY);
  /** Dictionary ids of the series being looked up, by tag index. */
  #wanted = new Int32Array(FIRST_SERIES);
  #lastLow = new Int32Array(FIRST_SERIES);
  #lastHigh = new Int32Array(FIRST_SERIES).fill(EARLIEST_HIGH);
  /** The epoch in which a series' last time was saved for undoing. */
  #savedIn = new Int32Array(FIRST_SERIES);
  #epoch = 1;
  /** Triples: series, low half, high half. */
  readonly #oldTimes = new UndoLog();
  /** The tag of every dictionary value, in the order in which they were added. */
  readonly #addedValues = new UndoLog();
  /** The book that series were taken from last, and by tag: what its value ids are here, as far as known. */
  #book: SeriesBook | undefined;
  #idsOfBook: (Int32Array | undefined)[] = [];

  constructor(options: SeriesArenaOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** Finds or adds the series with `values[i]` for the tag `tagIndexes[i]` and no other tag. */
  resolve(tagIndexes: readonly number[], values: readonly string[]): number {
    let isNew = false;
    this.#openTags(tagIndexes);
    const wanted = this.#wanted.fill(NO_TAG, 0, this.#tags.length);
    for (let i = 0; i < tagIndexes.length; i++) {
      const tag = this.#tags[tagIndexes[i]!]!;
      const id = tag.find(values[i]!);
      isNew ||= id === undefined;
      wanted[tagIndexes[i]!] = id ?? this.#addValue(tag, tagIndexes[i]!, values[i]!);
    }
    return this.#findOrAdd(wanted, isNew);
  }

  /** Finds or adds the series with the tags that an entry of a book has. */
  resolveEntry(book: SeriesBook, entry: number): number {
    if (this.#book !== book) {
      this.#book = book;
      this.#idsOfBook = [];
    }
    for (let t = 0; t < book.tagCount; t++) {
      if (this.#tags[t] === undefined && book.idOf(t, entry) !== NO_TAG) this.#openTags([t]);
    }
    const wanted = this.#wanted.fill(NO_TAG, 0, this.#tags.length);
    const before = this.#addedValues.position;
    for (let t = 0; t < book.tagCount; t++) {
      const id = book.idOf(t, entry);
      if (id !== NO_TAG) wanted[t] = this.#idOfBook(book, t, id);
    }
    return this.#findOrAdd(wanted, this.#addedValues.position > before);
  }

  #idOfBook(book: SeriesBook, tagIndex: number, id: number): number {
    let ids = this.#idsOfBook[tagIndex];
    if (ids === undefined || id >= ids.length) {
      const known = ids ?? NONE;
      ids = new Int32Array(Math.max(book.valueCount(tagIndex), known.length * 2)).fill(NO_TAG);
      ids.set(known);
      this.#idsOfBook[tagIndex] = ids;
    }
    if (ids[id] === NO_TAG) {
      const tag = this.#tags[tagIndex]!;
      const value = book.value(tagIndex, id);
      ids[id] = tag.find(value) ?? this.#addValue(tag, tagIndex, value);
    }
    return ids[id]!;
  }

  /** `isNew`: one of the ids was added just now, so no series has it. */
  #findOrAdd(wanted: Int32Array, isNew: boolean): number {
    let slot = this.#hash(wanted) & (this.#slots.length - 1);
    for (;;) {
      const series = this.#slots[slot]!;
      if (series === EMPTY) break;
      if (!isNew && this.#equalsWanted(series)) return series;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return this.#add(slot);
  }

  /** Remembers the time of a new row; true when the series already has a row at or after that time. */
  arrivesLate(series: number, low: number, high: number): boolean {
    const lastHigh = this.#lastHigh[series]!;
    const lastLow = this.#lastLow[series]!;
    if (high < lastHigh || (high === lastHigh && low >>> 0 <= lastLow >>> 0)) return true;
    if (this.#savedIn[series] !== this.#epoch) {
      this.#savedIn[series] = this.#epoch;
      this.#oldTimes.push(series);
      this.#oldTimes.push(lastLow);
      this.#oldTimes.push(lastHigh);
    }
    this.#lastLow[series] = low;
    this.#lastHigh[series] = high;
    return false;
  }

  position(): SeriesPosition {
    this.#epoch = (this.#epoch + 1) | 0;
    return { series: this.#count, times: this.#oldTimes.position, values: this.#addedValues.position };
  }

  truncate(position: SeriesPosition): void {
    while (this.#oldTimes.position > position.times) {
      const high = this.#oldTimes.pop();
      const low = this.#oldTimes.pop();
      const series = this.#oldTimes.pop();
      this.#lastHigh[series] = high;
      this.#lastLow[series] = low;
    }
    while (this.#count > position.series) this.#removeLast();
    if (this.#addedValues.position > position.values) this.#book = undefined;
    while (this.#addedValues.position > position.values) this.#tags[this.#addedValues.pop()]!.removeLast();
    this.#epoch = (this.#epoch + 1) | 0;
  }

  /** Lets go of everything: for the arena of a table that is gone. */
  clear(): void {
    this.#count = 0;
    this.#tags.length = 0;
    this.#slots = NONE;
    this.#lastLow = NONE;
    this.#lastHigh = NONE;
    this.#savedIn = NONE;
    this.#book = undefined;
    this.#idsOfBook = [];
  }

  /** What happened before the position cannot be taken back any more. */
  settle(position: SeriesPosition): void {
    this.#oldTimes.discardBefore(position.times);
    this.#addedValues.discardBefore(position.values);
  }

  describe(): void {
    for (const tag of this.#tags) tag?.describe();
  }

  #openTags(tagIndexes: readonly number[]): void {
    for (const index of tagIndexes) {
      this.#tags[index] ??= this.#options.openTag(index, this.#count, this.#capacity);
    }
    if (this.#tags.length > this.#wanted.length) this.#wanted = new Int32Array(this.#tags.length * 2);
  }

  #addValue(tag: TagColumn, tagIndex: number, value: string): number {
    const id = tag.add(value);
    this.#addedValues.push(tagIndex);
    return id;
  }

  #add(slot: number): number {
    const series = this.#count;
    if (series === this.#capacity) this.#grow();
    for (let t = 0; t < this.#tags.length; t++) {
      const tag = this.#tags[t];
      if (tag !== undefined) tag.ids.words[series] = this.#wanted[t]!;
    }
    this.#lastLow[series] = 0;
    this.#lastHigh[series] = EARLIEST_HIGH;
    this.#savedIn[series] = 0;
    this.#slots[slot] = series;
    this.#count = series + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return series;
  }

  #removeLast(): void {
    const series = this.#count - 1;
    this.#load(series);
    let slot = this.#hash(this.#wanted) & (this.#slots.length - 1);
    while (this.#slots[slot] !== series) slot = (slot + 1) & (this.#slots.length - 1);
    this.#slots[slot] = EMPTY;
    this.#count = series;
  }

  /** Either everything grows, or nothing is different when an allocation fails. */
  #grow(): void {
    const capacity = this.#capacity * 2;
    for (const tag of this.#tags) tag?.ids.ensure(capacity);
    const lastLow = grown(this.#lastLow, capacity);
    const lastHigh = grown(this.#lastHigh, capacity);
    this.#savedIn = grown(this.#savedIn, capacity);
    this.#lastLow = lastLow;
    this.#lastHigh = lastHigh;
    this.#capacity = capacity;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    for (let series = 0; series < this.#count; series++) {
      this.#load(series);
      let slot = this.#hash(this.#wanted) & (slots.length - 1);
      while (slots[slot] !== EMPTY) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = series;
    }
    this.#slots = slots;
  }

  #load(series: number): void {
    for (let t = 0; t < this.#tags.length; t++) this.#wanted[t] = this.#idOf(t, series);
  }

  #idOf(tagIndex: number, series: number): number {
    return this.#tags[tagIndex]?.ids.words[series] ?? NO_TAG;
  }

  #equalsWanted(series: number): boolean {
    for (let t = 0; t < this.#tags.length; t++) {
      if (this.#idOf(t, series) !== this.#wanted[t]) return false;
    }
    return true;
  }

  /** Missing tags leave no trace, so that a tag which appears later does not change the older series' hashes. */
  #hash(ids: Int32Array): number {
    let hash = this.#options.hashSeed;
    for (let t = 0; t < this.#tags.length; t++) {
      if (ids[t] === NO_TAG) continue;
      hash = Math.imul(hash ^ Math.imul(ids[t]! + 1, 0x9e3779b1) ^ Math.imul(t + 1, 0x85ebca6b), 0xc2b2ae35);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }
}

function grown(words: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const target = new Int32Array(capacity);
  target.set(words);
  return target;
}
