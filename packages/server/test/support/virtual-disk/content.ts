/** A change of a file's bytes that a power cut may lose until the file is synced. */
export type Change =
  | { readonly kind: "write"; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly sizeBytes: number };

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

/** Growing bytes that copies share until one of them changes. */
export class Content {
  #bytes: Uint8Array;
  #size: number;
  #shared: boolean;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes;
    this.#size = bytes.length;
    this.#shared = true;
  }

  get sizeBytes(): number {
    return this.#size;
  }

  /** Not to be kept: the next change may show in it. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  copy(): Content {
    this.#shared = true;
    return new Content(this.view());
  }

  apply(change: Change): void {
    if (change.kind === "truncate") {
      if (change.sizeBytes > this.#size) this.#reserve(change.sizeBytes);
      else this.#own(this.#size);
      this.#bytes.fill(0, Math.min(change.sizeBytes, this.#size), this.#size);
      this.#size = change.sizeBytes;
      return;
    }
    const end = change.position + change.bytes.length;
    this.#reserve(end);
    this.#bytes.set(change.bytes, change.position);
    this.#size = Math.max(this.#size, end);
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#bytes.length) this.#own(this.#bytes.length);
    else this.#own(Math.max(sizeBytes, this.#bytes.length * 2, 4096));
  }

  #own(capacity: number): void {
    if (!this.#shared && this.#bytes.length >= capacity) return;
    const own = new Uint8Array(Math.max(capacity, this.#size));
    own.set(this.view());
    this.#bytes = own;
    this.#shared = false;
  }
}

/** Applies some of the sectors that a write touches. */
export function applyTorn(content: Content, change: Change, chance: () => number): void {
  if (change.kind === "truncate") {
    content.apply(change);
    return;
  }
  let at = 0;
  while (at < change.bytes.length) {
    const toSectorEnd = SECTOR_BYTES - ((change.position + at) % SECTOR_BYTES);
    const end = Math.min(change.bytes.length, at + toSectorEnd);
    if (chance() < 0.5) {
      const bytes = change.bytes.subarray(at, end);
      content.apply({ kind: "write", position: change.position + at, bytes });
    }
    at = end;
  }
}
