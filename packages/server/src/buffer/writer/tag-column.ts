import { type Block, NO_TAG, stringRefOffset, stringRefPiece } from "../layout/index.ts";
import { SharedInts } from "./shared-ints.ts";
import type { StringHeap } from "./string-heap.ts";
import type { TableMemory } from "./table-memory.ts";
import { ValueIds } from "./value-ids.ts";

/** What a value takes beside its bytes, as measured: its text, its place in the map and in the list. */
const HEAP_BYTES_PER_VALUE = 80;
/** A tag's objects in the writing and in one reading thread, as measured. */
const HEAP_BYTES_PER_TAG = 1000;
const LARGEST_CHARACTER_BYTES = 3;
const encoder = new TextEncoder();
let scratch = new Uint8Array(1024);

export interface TagColumnOptions {
  memory: TableMemory;
  /** Holds the values of all tags of the table. */
  heap: StringHeap;
  announceIds(block: Block): void;
  announceRefs(block: Block): void;
}

/** One tag of a table: its dictionary of values, and for every series the value it has. */
export class TagColumn {
  /** By series. */
  readonly ids: SharedInts;
  readonly #refs: SharedInts;
  readonly #heap: StringHeap;
  readonly #idOfValue = new ValueIds();
  readonly #memory: TableMemory;
  readonly #values: string[] = [];

  constructor(options: TagColumnOptions, seriesCount: number, seriesCapacity: number) {
    this.#heap = options.heap;
    this.#memory = options.memory;
    this.#memory.countHeap(HEAP_BYTES_PER_TAG);
    this.#refs = new SharedInts(options.memory, options.announceRefs);
    this.ids = new SharedInts(options.memory, options.announceIds);
    this.ids.ensure(seriesCapacity);
    this.ids.words.fill(NO_TAG, 0, seriesCount);
  }

  find(value: string): number | undefined {
    return this.#idOfValue.get(value);
  }

  add(value: string): number {
    const id = this.#values.length;
    if (value.length * LARGEST_CHARACTER_BYTES > scratch.length) {
      scratch = new Uint8Array(value.length * LARGEST_CHARACTER_BYTES);
    }
    const { written } = encoder.encodeInto(value, scratch);
    this.#refs.ensure(id * 2 + 2);
    this.#heap.append(scratch, 0, written);
    this.#refs.words[id * 2] = this.#heap.refLow;
    this.#refs.words[id * 2 + 1] = this.#heap.refHigh;
    this.#values.push(value);
    this.#idOfValue.add(value, id);
    this.#memory.countHeap(heapBytesOf(value));
    return id;
  }

  /** Takes back the newest value; values must go in the reverse order of their coming, over all tags of the table. */
  removeLast(): void {
    const id = this.#values.length - 1;
    const value = this.#values.pop()!;
    this.#idOfValue.removeLast(value);
    this.#memory.countHeap(-heapBytesOf(value));
    const low = this.#refs.words[id * 2]!;
    const piece = stringRefPiece(low, this.#refs.words[id * 2 + 1]!);
    this.#heap.truncate(piece + 1, stringRefOffset(low));
  }

  describe(): void {
    this.ids.describe();
    this.#refs.describe();
  }
}

function heapBytesOf(value: string): number {
  return HEAP_BYTES_PER_VALUE + value.length;
}
