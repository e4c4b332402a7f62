import type { DataFile } from "../types.ts";

export interface CompactionBounds {
  /** What one file may become. */
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Files merged at once: each has rows in memory. */
  readonly maxInputs: number;
}

export const compactionBounds: CompactionBounds = {
  maxRows: 4_194_304,
  maxBytes: 134_217_728,
  maxInputs: 10,
};

const MIN_INPUTS = 4;
/** A file costs its reader about as much as this many rows, however few it has. */
const LEAST_WEIGHT = 8192;

interface Choice {
  readonly start: number;
  readonly end: number;
  readonly weightPerGain: number;
}

/**
 * Chooses files to merge into one; `files` are all of one table and day, oldest first. Undefined: none are worth it.
 *
 * Only neighbours in the order of snapshots are merged. The merged file then holds all snapshots from its first to its
 * last, no other file has any between them, and the order of files stays the order in which their rows were written.
 *
 * No file may have more rows than all others of the choice together. Whatever is rewritten then lands in a file at least twice
 * as heavy, so a row is rewritten no more often than its file can double; and every merge leaves fewer files.
 */
export function planCompaction(
  files: readonly DataFile[],
  bounds: CompactionBounds = compactionBounds,
): readonly DataFile[] | undefined {
  let best: Choice | undefined;
  for (let start = 0; start + MIN_INPUTS <= files.length; start++) {
    const choice = bestFrom(files, start, bounds);
    if (choice !== undefined && (best === undefined || choice.weightPerGain < best.weightPerGain))
      best = choice;
  }
  return best && files.slice(best.start, best.end);
}

function bestFrom(files: readonly DataFile[], start: number, bounds: CompactionBounds): Choice | undefined {
  let best: Choice | undefined;
  let rows = 0;
  let bytes = 0;
  let weight = 0;
  let heaviest = 0;
  let overlaps = 0;
  const lastStart = Math.min(files.length, start + bounds.maxInputs);
  for (let at = start; at < lastStart; at++) {
    const file = files[at]!;
    rows += file.rowCount;
    bytes += file.sizeBytes;
    if (rows > bounds.maxRows || bytes > bounds.maxBytes) break;
    const own = Math.max(file.rowCount, LEAST_WEIGHT);
    weight += own;
    heaviest = Math.max(heaviest, own);
    if (overlapsAny(files, start, at)) overlaps++;
    const count = at + 1 - start;
    if (count < MIN_INPUTS || heaviest * 2 > weight) continue;
    // Fewer files make all queries cheaper; fewer overlaps spare them from looking for points written twice.
    const weightPerGain = weight / (count - 1 + overlaps);
    if (best === undefined || weightPerGain < best.weightPerGain)
      best = { start, end: at + 1, weightPerGain };
  }
  return best;
}

function overlapsAny(files: readonly DataFile[], start: number, at: number): boolean {
  const file = files[at]!;
  for (let other = start; other < at; other++) {
    const { minTimeNs, maxTimeNs } = files[other]!;
    if (minTimeNs <= file.maxTimeNs && file.minTimeNs <= maxTimeNs) return true;
  }
  return false;
}
