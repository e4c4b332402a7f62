/**
 * The bytes that mean something in line protocol (`docs/reference/line-protocol.md`).
 *
 * Loops over bytes take them into constants of their own module (`const { SPACE } = ascii`): an imported binding
 * is loaded from memory at each use, a constant of the same module is folded into the code.
 */
export const NUL = 0;
export const TAB = 9;
export const NEWLINE = 10;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const PLUS = 43;
export const COMMA = 44;
export const MINUS = 45;
export const DOT = 46;
export const ZERO = 48;
export const NINE = 57;
export const EQUALS = 61;
export const UPPER_E = 69;
export const UPPER_F = 70;
export const UPPER_T = 84;
export const BACKSLASH = 92;
export const LOWER_E = 101;
export const LOWER_F = 102;
export const LOWER_I = 105;
export const LOWER_T = 116;
export const LOWER_U = 117;
