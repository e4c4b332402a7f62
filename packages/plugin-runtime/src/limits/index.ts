export { DEFAULT_LIMITS, LIMIT_OPTIONS, type RunLimits } from "./run-limits.ts";
