import { randomBytes } from "node:crypto";

/** Unpredictable bytes; injected so that tests can repeat a run. */
export type RandomBytes = (sizeBytes: number) => Uint8Array;

export const systemRandom: RandomBytes = (sizeBytes) => randomBytes(sizeBytes);
