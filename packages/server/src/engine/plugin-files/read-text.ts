import type { BigIntStats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { PluginFileError } from "./file-error.ts";

/** Far above any real plugin; keeps a mistaken name of a data file from being read into memory. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface TextFile {
  readonly text: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  /** Differs when the file has changed. */
  readonly stamp: string;
}

/** Size and inode as well as time: two saves may fall into one tick of a coarse file system clock. */
export function stampOf(stats: BigIntStats): string {
  return `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}

export async function currentStamp(path: string): Promise<string> {
  return stampOf(await stat(path, { bigint: true }));
}

/** Throws PluginFileError with what keeps the file from being read as text. */
export async function readText(path: string): Promise<TextFile> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) throw unreadable(path, "it is not a regular file");
    if (stats.size > MAX_FILE_BYTES) throw unreadable(path, `it is larger than ${MAX_FILE_BYTES} bytes`);
    return {
      text: decoded(path, await readFile(path)),
      sizeBytes: Number(stats.size),
      lastModifiedMs: Number(stats.mtimeNs / 1_000_000n),
      stamp: stampOf(stats),
    };
  } catch (error) {
    if (error instanceof PluginFileError) throw error;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, "it is not valid UTF-8");
  }
}

function unreadable(path: string, why: string): PluginFileError {
  return new PluginFileError(`reading plugin file: ${path}: ${why}`);
}
