export {
  divideByPowerOfTen,
  doubleFromText,
  EXACT_DIGITS,
  POWERS_OF_TEN,
} from "./decimal.ts";
export {
  fitsInt64,
  fitsUint64,
  int64FromHalves,
  LOW_DIGITS,
  LOW_UNIT,
  Magnitude,
  splitDecimal,
  storeHalves,
  storeSafeInteger,
  uint64FromHalves,
} from "./int64.ts";
