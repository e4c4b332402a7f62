import duckdb from "@duckdb/node-bindings";
import { type NativeVector, VECTOR_ROWS } from "../native.ts";

/**
 * DuckDB copies into its vectors from plain memory only, so shared memory passes through here. One set serves all
 * scans: their callbacks run one after the other on the worker's thread.
 */
const memory = new ArrayBuffer(VECTOR_ROWS * 16);
const validityMemory = new ArrayBuffer(VECTOR_ROWS / 8);

export const scratchBytes = new Uint8Array(memory);
export const scratchWords = new Int32Array(memory);
export const scratchValidity = new Uint8Array(validityMemory);

export function copyToVector(vector: NativeVector, sizeBytes: number): void {
  duckdb.copy_data_to_vector(vector, 0, memory, 0, sizeBytes);
}

/** Hands over `scratchValidity`; a column whose rows all have values stays without a bitmap, which scans faster. */
export function copyValidityToVector(vector: NativeVector, rows: number): void {
  if (allValid(rows)) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validityMemory, 0, (rows + 7) >> 3);
}

function allValid(rows: number): boolean {
  const whole = rows >> 3;
  for (let i = 0; i < whole; i++) if (scratchValidity[i] !== 0xff) return false;
  const rest = (1 << (rows & 7)) - 1;
  return (scratchValidity[whole]! & rest) === rest;
}

export function setAllNull(vector: NativeVector, rows: number): void {
  scratchValidity.fill(0, 0, (rows + 7) >> 3);
  copyValidityToVector(vector, rows);
}
