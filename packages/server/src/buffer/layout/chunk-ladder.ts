/**
 * Chunks grow with their table, so that thousands of small tables stay small and big tables are scanned in long
 * runs. A chunk's place follows from its index alone: docs/formats/buffer.md, "Chunks".
 */
const FIRST_CAPACITY = 64;
const GROWTH_BITS = 2;
const LARGEST_CAPACITY = 65_536;
const LADDER_STEPS = 5;
/** Rows before the first chunk of the largest size: 64 + 256 + 1,024 + 4,096 + 16,384. */
const LADDER_ROWS = 21_824;

export function chunkCapacity(index: number): number {
  return index < LADDER_STEPS ? FIRST_CAPACITY << (GROWTH_BITS * index) : LARGEST_CAPACITY;
}

export function chunkFirstRow(index: number): number {
  if (index >= LADDER_STEPS) return LADDER_ROWS + (index - LADDER_STEPS) * LARGEST_CAPACITY;
  return (FIRST_CAPACITY * ((1 << (GROWTH_BITS * index)) - 1)) / 3;
}

export function chunkOfRow(row: number): number {
  if (row >= LADDER_ROWS) return LADDER_STEPS + Math.floor((row - LADDER_ROWS) / LARGEST_CAPACITY);
  let index = 0;
  while (chunkFirstRow(index + 1) <= row) index++;
  return index;
}
