export type { PlanErrorKind } from "./plan-error.ts";
export {
  executionError,
  notImplemented,
  PlanError,
  planError,
  resourcesError,
  schemaError,
} from "./plan-error.ts";
