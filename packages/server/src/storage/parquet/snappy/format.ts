/** What the lowest two bits of an element's first byte say. */
export const Element = { literal: 0, nearCopy: 1, copy: 2, farCopy: 3 } as const;

export const NEAR_COPY_MIN_LENGTH = 4;
export const NEAR_COPY_MAX_LENGTH = 11;
export const NEAR_COPY_MAX_OFFSET = 2047;
export const COPY_MAX_LENGTH = 64;
/** Literals of up to this length have it in their first byte. */
export const SHORT_LITERAL = 60;
