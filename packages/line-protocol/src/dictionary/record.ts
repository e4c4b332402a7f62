/**
 * The layout of a record in a `ByteDictionary`: offsets of 32-bit words from where it begins. A record is named
 * by that place; 0 is no record.
 */
export const KEY_LENGTH = 0;
export const KEY_HASH = 1;
/** The record that came next the last time: the prediction the parser tries before it searches. */
export const NEXT = 2;
/** What the owner calls the record. */
export const ID = 3;
/** Keys are distinct within an owner: for field keys, the measurement. */
export const OWNER = 4;
/** Series key: its measurement. Field key: the index of its field among the fields of all measurements. */
export const SLOT = 5;
/** Here the key begins, padded with zeros to whole words. */
export const KEY_WORDS = 6;
export const NO_RECORD = 0;
