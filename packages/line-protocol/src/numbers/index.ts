export {
  divideByPowerOfTen,
  doubleFromText,
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
  uint64FromHalves,
} from "./int64.ts";
