import type { ByteSink } from "../bytes/index.ts";
import { LONG_LIST, ThriftType } from "./types.ts";

const encoder = new TextEncoder();
const HIGHEST_STEP = 15;

/** Writes structures in the compact protocol of Thrift. Fields must come in the order of their ids. */
export class CompactWriter {
  readonly #sink: ByteSink;
  #lastId = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? ThriftType.true : ThriftType.false);
  }

  i8(id: number, value: number): void {
    this.#field(id, ThriftType.i8);
    this.#sink.u8(value);
  }

  i16(id: number, value: number): void {
    this.#field(id, ThriftType.i16);
    this.#sink.zigzag(value);
  }

  i32(id: number, value: number): void {
    this.#field(id, ThriftType.i32);
    this.#sink.zigzag(value);
  }

  i64(id: number, value: number): void {
    this.#field(id, ThriftType.i64);
    this.#sink.zigzag(value);
  }

  binary(id: number, bytes: Uint8Array): void {
    this.#field(id, ThriftType.binary);
    this.#bytes(bytes);
  }

  text(id: number, text: string): void {
    this.binary(id, encoder.encode(text));
  }

  struct(id: number, writeFields: () => void): void {
    this.#field(id, ThriftType.struct);
    this.message(writeFields);
  }

  structs<T>(id: number, items: readonly T[], writeFields: (item: T) => void): void {
    this.#list(id, ThriftType.struct, items.length);
    for (const item of items) this.message(() => writeFields(item));
  }

  i32s(id: number, values: readonly number[]): void {
    this.#list(id, ThriftType.i32, values.length);
    for (const value of values) this.#sink.zigzag(value);
  }

  texts(id: number, texts: readonly string[]): void {
    this.#list(id, ThriftType.binary, texts.length);
    for (const text of texts) this.#bytes(encoder.encode(text));
  }

  /** The fields of a structure and its end, as they stand by themselves. */
  message(writeFields: () => void): void {
    const outerId = this.#lastId;
    this.#lastId = 0;
    writeFields();
    this.#sink.u8(0);
    this.#lastId = outerId;
  }

  #list(id: number, type: number, length: number): void {
    this.#field(id, ThriftType.list);
    if (length < LONG_LIST) {
      this.#sink.u8((length << 4) | type);
      return;
    }
    this.#sink.u8(0xf0 | type);
    this.#sink.varint(length);
  }

  #bytes(bytes: Uint8Array): void {
    this.#sink.varint(bytes.length);
    this.#sink.append(bytes);
  }

  #field(id: number, type: number): void {
    const step = id - this.#lastId;
    if (step > 0 && step <= HIGHEST_STEP) {
      this.#sink.u8((step << 4) | type);
    } else {
      this.#sink.u8(type);
      this.#sink.zigzag(id);
    }
    this.#lastId = id;
  }
}
