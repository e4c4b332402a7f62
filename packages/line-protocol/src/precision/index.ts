export { PRECISION_NAMES, Precision, scaleToNanoseconds, truncateToPrecision } from "./precision.ts";
