export { type CellValue, vectorOf } from "./from-values.ts";
export {
  type Batch,
  isAllNull,
  isValid,
  type NumberArray,
  type ResultColumn,
  type StringSlices,
  type Vector,
  type VectorData,
} from "./types.ts";
