/**
 * Chunks grow with their table, so that thousands of small tables stay small and big tables are scanned in long
 * runs. A chunk's place follows from its index alone: docs/formats/buffer.md, "Chunks".
 */
const FIRST_CAPACITY = 16;
const GROWTH_BITS = 2;
const LARGEST_BITS = 16;
const LADDER_STEPS = 6;
/** Rows before the first chunk of the largest size: 16 + 64 + 256 + 1,024 + 4,096 + 16,384. */
const LADDER_ROWS = 21_840;

export function chunkCapacity(index: number): number {
  return index < LADDER_STEPS ? FIRST_CAPACITY << (GROWTH_BITS * index) : 1 << LARGEST_BITS;
}

export function chunkFirstRow(index: number): number {
  if (index >= LADDER_STEPS) return LADDER_ROWS + (index - LADDER_STEPS) * (1 << LARGEST_BITS);
  return (FIRST_CAPACITY * ((1 << (GROWTH_BITS * index)) - 1)) / 3;
}

export function chunkOfRow(row: number): number {
  if (row >= LADDER_ROWS) return LADDER_STEPS + ((row - LADDER_ROWS) >> LARGEST_BITS);
  let index = 0;
  while (chunkFirstRow(index + 1) <= row) index++;
  return index;
}
