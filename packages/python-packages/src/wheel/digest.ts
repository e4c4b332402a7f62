import { webcrypto } from "node:crypto";

const NAMES: Readonly<Record<string, string>> = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

/** Algorithms that are good enough to prove what a file is. */
export function isStrongHash(algorithm: string): boolean {
  return Object.hasOwn(NAMES, algorithm);
}

/** Computed off the thread that asks: wheels can be large. */
export async function digest(algorithm: string, bytes: Uint8Array): Promise<Buffer> {
  // Archives are never in shared memory, which could change meanwhile and is refused.
  return Buffer.from(await webcrypto.subtle.digest(NAMES[algorithm]!, bytes as Uint8Array<ArrayBuffer>));
}
