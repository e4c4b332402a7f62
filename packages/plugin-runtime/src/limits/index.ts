export {
  type Budget,
  budgetText,
  DEFAULT_LIMITS,
  INTERPRETER_OPTIONS,
  LIMIT_OPTIONS,
  type RunLimits,
} from "./run-limits.ts";
