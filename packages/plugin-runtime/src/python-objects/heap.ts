import { type CPython, type PyPointer, PythonError } from "@millrace/python-vm/worker";

/** More references than memory has room for: objects whose count begins above it are immortal and never counted. */
const COUNTED_MAX = 2 ** 29;

/** Python's memory as words, for what would take longer to ask C for than to look up. */
export class Heap {
  readonly #python: CPython;
  #words: Uint32Array;

  constructor(python: CPython) {
    this.#python = python;
    this.#words = python.raw.HEAPU32;
  }

  /** Ask anew after every call of C: memory that grew leaves the old view empty. */
  get words(): Uint32Array {
    if (this.#words.length === 0) this.#words = this.#python.raw.HEAPU32;
    return this.#words;
  }

  isImmortal(object: PyPointer): boolean {
    return this.words[object >>> 2]! >= COUNTED_MAX;
  }

  /** Adds a reference: the count is the first word of every object. */
  retain(object: PyPointer): void {
    const { words } = this;
    const count = words[object >>> 2]!;
    if (count < COUNTED_MAX) words[object >>> 2] = count + 1;
  }
}

/** A stretch of bytes, copied into Python's memory for its string decoder once there is a text to decode. */
export class HeapCopy {
  readonly #python: CPython;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #sizeBytes: number;
  readonly #decode: CPython["raw"]["_PyUnicode_DecodeUTF8"];
  #address = 0;

  constructor(python: CPython, bytes: Uint8Array, start: number, sizeBytes: number) {
    this.#python = python;
    this.#bytes = bytes;
    this.#start = start;
    this.#sizeBytes = sizeBytes;
    this.#decode = python.raw._PyUnicode_DecodeUTF8;
  }

  /** The text at an offset of the bytes, within the stretch: a new reference. */
  text(offset: number, sizeBytes: number): PyPointer {
    if (this.#address === 0) this.#copy();
    const decode = this.#decode;
    return decode(this.#address + offset - this.#start, sizeBytes, 0);
  }

  free(): void {
    if (this.#address !== 0) this.#python.raw._free(this.#address);
    this.#address = 0;
  }

  #copy(): void {
    const { raw } = this.#python;
    const address = raw._malloc(this.#sizeBytes + 1);
    if (address === 0) throw new PythonError("MemoryError", "");
    raw.HEAPU8.set(this.#bytes.subarray(this.#start, this.#start + this.#sizeBytes), address);
    this.#address = address;
  }
}
