import type { ColumnVector } from "../types.ts";
import type { ColumnBuilder } from "./column-builder.ts";

type Tags = Extract<ColumnVector, { kind: "tag" }>;

const NULL_ID = -1;
const UNKNOWN = -2;

/** What an input's ids are in the batch that is being built. */
interface Translation {
  readonly dictionary: readonly Uint8Array[];
  readonly ids: Int32Array;
}

/** Gathers the tag values of all inputs in one dictionary a batch, which holds each value once and only what is used. */
export class TagBuilder implements ColumnBuilder {
  readonly #ids: Int32Array;
  #rows = 0;
  #dictionary: Uint8Array[] = [];
  readonly #known = new Map<string, number>();
  readonly #translations: (Translation | undefined)[] = [];

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
  }

  begin(): void {
    this.#rows = 0;
    this.#dictionary = [];
    this.#known.clear();
    this.#translations.length = 0;
  }

  append(vector: Tags | undefined, input: number, start: number, length: number): void {
    const to = this.#rows;
    this.#rows += length;
    if (vector === undefined) {
      this.#ids.fill(NULL_ID, to, to + length);
      return;
    }
    const translation = this.#translationOf(vector, input);
    const { ids } = vector;
    let last = NULL_ID;
    let translated = NULL_ID;
    for (let i = 0; i < length; i++) {
      const id = ids[start + i]!;
      if (id !== last) {
        last = id;
        translated = id === NULL_ID ? NULL_ID : translation.ids[id]!;
        if (translated === UNKNOWN) translated = this.#translate(translation, id);
      }
      this.#ids[to + i] = translated;
    }
  }

  /** Rows of the same point have the same tags. */
  fillLast(): void {}

  finish(): ColumnVector | undefined {
    if (this.#dictionary.length === 0) return undefined;
    return { kind: "tag", ids: this.#ids.subarray(0, this.#rows), dictionary: this.#dictionary };
  }

  #translationOf({ dictionary }: Tags, input: number): Translation {
    const known = this.#translations[input];
    if (known?.dictionary === dictionary) return known;
    const translation = { dictionary, ids: new Int32Array(dictionary.length).fill(UNKNOWN) };
    this.#translations[input] = translation;
    return translation;
  }

  #translate(translation: Translation, id: number): number {
    const value = translation.dictionary[id]!;
    const key = Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
    let translated = this.#known.get(key);
    if (translated === undefined) {
      // A copy, for the input may use the memory again before this batch is done.
      translated = this.#dictionary.push(value.slice()) - 1;
      this.#known.set(key, translated);
    }
    translation.ids[id] = translated;
    return translated;
  }
}
