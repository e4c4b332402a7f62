/** Bytes that do not mean what they should; whoever knows what they belong to reports it. */
export class MalformedBytes extends Error {
  override name = "MalformedBytes";
  /** From the start of the bytes that were read. */
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}

const SAFE_VARINT_BYTES = 8;
const LONGEST_VARINT_BYTES = 10;

/** Reads bytes from front to end; throws MalformedBytes rather than reading past the end. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get rest(): number {
    return this.bytes.length - this.at;
  }

  /** Moves on and tells where it was. */
  skip(length: number): number {
    const { at } = this;
    if (length > this.rest) throw this.malformed(`${length} bytes are expected, ${this.rest} are there`);
    this.at += length;
    return at;
  }

  take(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  u8(): number {
    return this.bytes[this.skip(1)]!;
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < SAFE_VARINT_BYTES; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.#tooLarge();
      scale *= 128;
    }
    return this.#tooLarge();
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A signed value of 64 bits. */
  zigzagBig(): bigint {
    let value = 0n;
    for (let i = 0; i < LONGEST_VARINT_BYTES; i++) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(i * 7);
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    return this.#tooLarge();
  }

  malformed(reason: string): MalformedBytes {
    return new MalformedBytes(this.at, reason);
  }

  #tooLarge(): never {
    throw this.malformed("a number is too large");
  }
}
