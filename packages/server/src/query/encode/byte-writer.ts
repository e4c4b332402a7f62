/** Bytes that grow at the end; the encoders' only output. */
export class ByteWriter {
  #bytes: Buffer;
  length = 0;

  constructor(capacityBytes = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  byte(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = value;
  }

  /** Text known to hold only ASCII characters: numbers, times, punctuation. */
  ascii(text: string): void {
    const length = text.length;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    if (length > 40) {
      this.length += this.#bytes.write(text, this.length, "latin1");
      return;
    }
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  utf8(text: string): void {
    const most = text.length * 3;
    if (this.length + most > this.#bytes.length) this.#grow(most);
    this.length += this.#bytes.write(text, this.length, "utf8");
  }

  raw(source: Uint8Array, start = 0, end = source.length): void {
    const length = end - start;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    if (length > 48) {
      bytes.set(source.subarray(start, end), this.length);
      this.length += length;
      return;
    }
    let at = this.length;
    for (let i = start; i < end; i++) bytes[at++] = source[i]!;
    this.length = at;
  }

  /** Copies bytes up to the first one that a JSON string must escape; returns where it stopped. */
  rawUntilEscape(source: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    let at = this.length;
    let i = start;
    for (; i < end; i++) {
      const byte = source[i]!;
      if (byte < 0x20 || byte === 0x22 || byte === 0x5c) break;
      bytes[at++] = byte;
    }
    this.length = at;
    return i;
  }

  repeat(byte: number, count: number): void {
    if (count <= 0) return;
    if (this.length + count > this.#bytes.length) this.#grow(count);
    this.#bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** Appends a part of another writer's bytes. */
  copyFrom(other: ByteWriter, start: number, end: number): void {
    this.raw(other.#bytes, start, end);
  }

  byteAt(index: number): number {
    return this.#bytes[index]!;
  }

  text(start: number, end: number): string {
    return this.#bytes.toString("utf8", start, end);
  }

  /** A view of what was written; valid until the next write. */
  view(start = 0, end = this.length): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  clear(): void {
    this.length = 0;
  }

  /** The bytes written so far, in memory of their own; the writer starts afresh. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.length);
    taken.set(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  #grow(needed: number): void {
    const capacity = Math.max(this.#bytes.length * 2, this.length + needed);
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}
