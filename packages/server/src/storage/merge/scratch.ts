/**
 * Memory that is used again for batch after batch and table after table: fresh arrays of megabytes cost more than
 * what is written into them. Every use has a name of its own; what it finds is what was left there.
 */
export class Scratch {
  readonly #ints = new Map<string, Int32Array>();
  readonly #offsets = new Map<string, Uint32Array>();
  readonly #bytes = new Map<string, Uint8Array>();

  ints(use: string, minLength: number): Int32Array {
    return take(this.#ints, use, minLength, (length) => new Int32Array(length));
  }

  offsets(use: string, minLength: number): Uint32Array {
    return take(this.#offsets, use, minLength, (length) => new Uint32Array(length));
  }

  bytes(use: string, minLength: number): Uint8Array {
    return take(this.#bytes, use, minLength, (length) => new Uint8Array(length));
  }
}

function take<T extends { length: number }>(
  known: Map<string, T>,
  use: string,
  minLength: number,
  allocate: (length: number) => T,
): T {
  const old = known.get(use);
  if (old !== undefined && old.length >= minLength) return old;
  const larger = allocate(minLength);
  known.set(use, larger);
  return larger;
}
