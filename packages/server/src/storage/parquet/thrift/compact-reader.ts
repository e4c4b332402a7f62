import type { ByteCursor } from "../bytes/index.ts";
import { LONG_LIST, ThriftType } from "./types.ts";

const DEEPEST = 16;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads structures in the compact protocol of Thrift from bytes that need not be any. */
export class CompactReader {
  readonly #cursor: ByteCursor;
  #type = 0;
  #depth = 0;

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  /** Calls `readField` for each field, which reads it or leaves it; what it leaves is skipped. */
  message(readField: (id: number) => void): void {
    if (++this.#depth > DEEPEST) throw this.#cursor.malformed("structures are nested too deeply");
    let id = 0;
    for (let head = this.#cursor.u8(); head !== 0; head = this.#cursor.u8()) {
      const step = head >> 4;
      id = step === 0 ? this.#cursor.zigzag() : id + step;
      this.#type = head & 0x0f;
      readField(id);
      if (this.#type !== 0) this.#skip(this.#type);
    }
    this.#depth--;
  }

  i32(): number {
    this.#take(ThriftType.i32);
    const value = this.#cursor.zigzag();
    if (value !== (value | 0)) throw this.#cursor.malformed("a number is too large");
    return value;
  }

  i64(): number {
    this.#take(ThriftType.i64);
    return this.#cursor.zigzag();
  }

  /** Not a copy. */
  binary(): Uint8Array {
    this.#take(ThriftType.binary);
    return this.#bytes();
  }

  text(): string {
    const bytes = this.binary();
    try {
      return decoder.decode(bytes);
    } catch {
      throw this.#cursor.malformed("a text is not UTF-8");
    }
  }

  struct(readField: (id: number) => void): void {
    this.#take(ThriftType.struct);
    this.message(readField);
  }

  /** Calls `readItem` for each structure of a list; it must read it as a message. */
  structs<T>(readItem: () => T): T[] {
    this.#take(ThriftType.list);
    const { length, type } = this.#listHead();
    if (length > 0 && type !== ThriftType.struct) throw this.#unexpected();
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(readItem());
    return items;
  }

  /** The field is read now; it must be of this type. */
  #take(type: number): void {
    if (this.#type !== type) throw this.#unexpected();
    this.#type = 0;
  }

  #unexpected() {
    return this.#cursor.malformed("a field has an unexpected type");
  }

  #bytes(): Uint8Array {
    return this.#cursor.take(this.#cursor.varint());
  }

  #listHead(): { length: number; type: number } {
    const head = this.#cursor.u8();
    const short = head >> 4;
    const length = short === LONG_LIST ? this.#cursor.varint() : short;
    // Every element takes a byte at least.
    if (length > this.#cursor.rest) throw this.#cursor.malformed("a list is longer than what it is in");
    return { length, type: head & 0x0f };
  }

  #skip(type: number): void {
    this.#type = 0;
    switch (type) {
      case ThriftType.true:
      case ThriftType.false:
        return;
      case ThriftType.i8:
        this.#cursor.skip(1);
        return;
      case ThriftType.i16:
      case ThriftType.i32:
      case ThriftType.i64:
        this.#cursor.zigzagBig();
        return;
      case ThriftType.double:
        this.#cursor.skip(8);
        return;
      case ThriftType.binary:
        this.#bytes();
        return;
      case ThriftType.list:
      case ThriftType.set:
        this.#skipList();
        return;
      case ThriftType.struct:
        this.message(() => {});
        return;
      default:
        throw this.#unexpected();
    }
  }

  #skipList(): void {
    if (++this.#depth > DEEPEST) throw this.#cursor.malformed("structures are nested too deeply");
    const { length, type } = this.#listHead();
    // In lists a boolean has a byte of its own.
    const isBoolean = type === ThriftType.true || type === ThriftType.false;
    for (let i = 0; i < length; i++) this.#skip(isBoolean ? ThriftType.i8 : type);
    this.#depth--;
  }
}
