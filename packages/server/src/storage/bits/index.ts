export { allSet, copyBits, countBits, isSet, setBit, setBits } from "./bits.ts";
