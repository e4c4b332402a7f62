export { SELECTORS } from "./aggregates.ts";
export type { Argument, ArgumentShape, FunctionKind, FunctionSpec } from "./spec.ts";
export { shapeOfArgument } from "./spec.ts";
export {
  BINDER_FUNCTIONS,
  editDistance,
  FUNCTIONS,
  findFunction,
  functionNames,
  invalidFunction,
} from "./table.ts";
export { checkZone } from "./time.ts";
