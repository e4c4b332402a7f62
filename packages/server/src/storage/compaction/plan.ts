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

/** Of files that lie apart: merging them spares queries little, and every merge writes the rows again. */
const MIN_INPUTS = 8;
/** Where files lie over each other in time, every query merges their points: two are worth merging for good. */
const MIN_OVERLAPPING_INPUTS = 2;
/** What the heaviest input may be of all inputs together. */
const LARGEST_SHARE = 0.5;
const LARGEST_OVERLAPPING_SHARE = 0.75;
/** Of the shorter file's time: neighbours always share a moment or two. */
const WIDE_OVERLAP_SHARE = 0.1;
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
 * No file may outweigh the others of the choice: whatever is rewritten lands in a file at least twice as heavy, or a third
 * heavier where times overlap. So a row is rewritten only so often; and every merge leaves fewer files.
 */
export function planCompaction(
  files: readonly DataFile[],
  bounds: CompactionBounds = compactionBounds,
): readonly DataFile[] | undefined {
  let best: Choice | undefined;
  for (let start = 0; start + MIN_OVERLAPPING_INPUTS <= files.length; start++) {
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
  let wide = false;
  const lastStart = Math.min(files.length, start + bounds.maxInputs);
  for (let at = start; at < lastStart; at++) {
    const file = files[at]!;
    rows += file.rowCount;
    bytes += file.sizeBytes;
    if (rows > bounds.maxRows || bytes > bounds.maxBytes) break;
    const own = Math.max(file.rowCount, LEAST_WEIGHT);
    weight += own;
    heaviest = Math.max(heaviest, own);
    const overlap = widestOverlap(files, start, at);
    if (overlap > 0) overlaps++;
    wide ||= overlap >= WIDE_OVERLAP_SHARE;
    const count = at + 1 - start;
    if (count < (wide ? MIN_OVERLAPPING_INPUTS : MIN_INPUTS)) continue;
    if (heaviest > weight * (wide ? LARGEST_OVERLAPPING_SHARE : LARGEST_SHARE)) continue;
    // Fewer files make all queries cheaper; fewer overlaps spare them from looking for points written twice.
    const weightPerGain = weight / (count - 1 + overlaps);
    if (best === undefined || weightPerGain < best.weightPerGain)
      best = { start, end: at + 1, weightPerGain };
  }
  return best;
}

/** The largest share of its own or the other's time that a file has in common with one before it; 0: none. */
function widestOverlap(files: readonly DataFile[], start: number, at: number): number {
  const file = files[at]!;
  let widest = 0;
  for (let other = start; other < at; other++) widest = Math.max(widest, overlapShare(file, files[other]!));
  return widest;
}

/** Both are of one day, so differences of their times are exact as numbers. */
function overlapShare(a: DataFile, b: DataFile): number {
  const spanNs = Number(a.maxTimeNs - a.minTimeNs);
  const otherStartNs = Number(b.minTimeNs - a.minTimeNs);
  const otherEndNs = Number(b.maxTimeNs - a.minTimeNs);
  const commonNs = Math.min(spanNs, otherEndNs) - Math.max(0, otherStartNs);
  return commonNs < 0 ? 0 : (commonNs + 1) / (Math.min(spanNs, otherEndNs - otherStartNs) + 1);
}
