const TWO_32 = 4_294_967_296;

/**
 * Bytes that grow. Loops that write much reserve room once and then write to `bytes` and `view` themselves; both change
 * whenever room is reserved.
 */
export class ByteSink {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  reserve(room: number): void {
    const wanted = this.length + room;
    if (wanted <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    larger.set(this.written());
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** What was written, until the next reservation or reset. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  reset(): void {
    this.length = 0;
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Whole numbers from 0 to 2^53. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= TWO_32) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** Whole numbers between -2^52 and 2^52. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  /** A signed value of two words, however large. */
  zigzagWords(low: number, high: number): void {
    const sign = high >> 31;
    let restLow = (low << 1) ^ sign;
    let restHigh = ((high << 1) | (low >>> 31)) ^ sign;
    this.reserve(10);
    while (restHigh !== 0 || restLow >>> 0 >= 0x80) {
      this.bytes[this.length++] = (restLow & 0x7f) | 0x80;
      restLow = (restLow >>> 7) | (restHigh << 25);
      restHigh >>>= 7;
    }
    this.bytes[this.length++] = restLow;
  }
}
