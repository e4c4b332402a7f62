import type { LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import { DictLayout } from "./dict-layout.ts";
import type { Heap } from "./heap.ts";
import { checked, type SharedStrings } from "./objects.ts";

/** Entries that all templates together may have before they are made anew. */
const ENTRIES_MAX = 2 ** 16;
/** Entries that the templates of single series may have; series beyond it share those of their shape. */
const SERIES_ENTRIES_MAX = 2 ** 18;
const NO_SLOTS = new Int32Array(0);
/** The slot of a value that a later one of the same name replaces. */
export const REPLACED = -1;

/** What the rows of a table have in common that have the same tags and fields, in the same order. */
export interface RowShape {
  /** Has all names, each with None: a row begins as a copy, which costs a tenth of adding name by name. */
  readonly template: PyPointer;
  readonly fieldIds: Int32Array;
  /** Words from the block of a copy to the value of each tag and field, and to the time. */
  readonly tagSlots: Int32Array;
  readonly fieldSlots: Int32Array;
  readonly timeSlot: number;
  readonly entryCount: number;
  /** Of one series only: its tags are in the template already. */
  readonly ofSeries: boolean;
}

/** A series key as the parser numbers them, with Python's strings, borrowed from the shared ones. */
export interface KnownKey {
  readonly tagNames: readonly PyPointer[];
  readonly tagValues: readonly PyPointer[];
  /** Of the last line of this key. */
  shape: RowShape | undefined;
}

/** The shapes of the lines that a parser meets. */
export class RowShapes {
  readonly layout: DictLayout;
  readonly #python: CPython;
  readonly #heap: Heap;
  readonly #parser: LineParser;
  readonly #strings: SharedStrings;
  readonly #keys: KnownKey[] = [];
  readonly #shapes = new Map<string, RowShape>();
  readonly #ofSeries = new Set<RowShape>();
  #entryCount = 0;
  #seriesEntryCount = 0;

  constructor(python: CPython, heap: Heap, parser: LineParser, strings: SharedStrings) {
    this.#python = python;
    this.#heap = heap;
    this.#parser = parser;
    this.#strings = strings;
    this.layout = new DictLayout(python, heap);
  }

  /** The key of the line on which the parser stands. */
  key(): KnownKey {
    const { keyId } = this.#parser;
    return this.#keys[keyId] ?? this.#addKey(keyId);
  }

  /** The shape of that line. */
  shape(key: KnownKey): RowShape {
    const { shape } = key;
    if (shape === undefined || !this.#fits(shape)) return this.#find(key);
    const known = shape.ofSeries || this.#seriesEntryCount >= SERIES_ENTRIES_MAX;
    return known ? shape : this.#narrow(key, shape);
  }

  release(): void {
    for (const { template } of [...this.#shapes.values(), ...this.#ofSeries]) this.#python.release(template);
    this.#shapes.clear();
    this.#ofSeries.clear();
    this.#seriesEntryCount = 0;
    // Keys of tables that are not asked for are missing.
    this.#keys.forEach((key) => {
      key.shape = undefined;
    });
    this.#entryCount = 0;
  }

  #fits({ fieldIds }: RowShape): boolean {
    const { fieldKeyIds, fieldCount } = this.#parser;
    if (fieldIds.length !== fieldCount) return false;
    for (let i = 0; i < fieldCount; i++) if (fieldIds[i] !== fieldKeyIds[i]) return false;
    return true;
  }

  #addKey(keyId: number): KnownKey {
    const tags = this.#parser.keys.tags(keyId);
    const tagNames = tags.map((tag) => this.#strings.get(tag.key));
    const tagValues = tags.map((tag) => this.#strings.get(tag.value));
    const known: KnownKey = { tagNames, tagValues, shape: undefined };
    this.#keys[keyId] = known;
    return known;
  }

  #find(key: KnownKey): RowShape {
    const { measurementId, fieldKeyIds, fieldCount } = this.#parser;
    const fieldIds = fieldKeyIds.slice(0, fieldCount);
    const name = `${measurementId} ${key.tagNames.join()} ${fieldIds.join()}`;
    let shape = this.#shapes.get(name);
    if (shape === undefined) {
      if (this.#entryCount > ENTRIES_MAX) this.release();
      shape = this.#build(key.tagNames, fieldIds);
      this.#shapes.set(name, shape);
    }
    if (key.shape?.ofSeries) this.#drop(key.shape);
    key.shape = shape;
    return shape;
  }

  /** A series that comes again: with its tags in the template, only the fields of its rows need to be put in. */
  #narrow(key: KnownKey, shape: RowShape): RowShape {
    const template = checked(this.#python.raw._PyDict_Copy(shape.template));
    const block = this.layout.block(template);
    shape.tagSlots.forEach((slot, tag) => {
      if (slot === REPLACED) return;
      const value = key.tagValues[tag]!;
      this.#heap.retain(value);
      this.#heap.words[block + slot] = value;
    });
    key.shape = { ...shape, template, tagSlots: NO_SLOTS, ofSeries: true };
    this.#ofSeries.add(key.shape);
    this.#seriesEntryCount += shape.entryCount;
    return key.shape;
  }

  #drop(shape: RowShape): void {
    this.#ofSeries.delete(shape);
    this.#seriesEntryCount -= shape.entryCount;
    this.#python.release(shape.template);
  }

  #build(tagNames: readonly PyPointer[], fieldIds: Int32Array): RowShape {
    const { raw, none } = this.#python;
    const fields = this.#parser.fields(this.#parser.measurementId);
    const fieldNames = Array.from(fieldIds, (id) => this.#strings.get(fields.name(id)));
    const names = [...tagNames, ...fieldNames, this.#strings.get("time")];
    const distinct = [...new Set(names)];
    const template = checked(raw._PyDict_New());
    for (const name of distinct) if (raw._PyDict_SetItem(template, name, none) !== 0) checked(0);
    const firstValue = this.layout.firstValue(template, distinct, none);
    const entryOf = new Map(distinct.map((name, entry) => [name, entry]));
    const lastOf = new Map(names.map((name, at) => [name, at]));
    const slots = Int32Array.from(names, (name, at) =>
      lastOf.get(name) === at ? firstValue + 2 * entryOf.get(name)! : REPLACED,
    );
    this.#entryCount += names.length;
    const [tagEnd, timeAt] = [tagNames.length, names.length - 1];
    return {
      template,
      fieldIds,
      tagSlots: slots.subarray(0, tagEnd),
      fieldSlots: slots.subarray(tagEnd, timeAt),
      timeSlot: slots[timeAt]!,
      entryCount: names.length,
      ofSeries: false,
    };
  }
}
