/** Values of a block, after the first value of all; they share the smallest difference. */
export const BLOCK = 128;
/** Parts of a block with a width of their own. */
export const MINIBLOCKS = 4;
export const MINIBLOCK = BLOCK / MINIBLOCKS;
