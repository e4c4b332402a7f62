export {
  type CatalogueEntry,
  type ErrorBodyStyle,
  errorCatalogue,
  errorSections,
} from "./catalogue/index.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { crc32 } from "./crc32.ts";
export { Distribution, DURATION_BOUNDS_MS } from "./distribution.ts";
export { type ErrorCode, ServerError } from "./errors.ts";
export { giveBack } from "./give-back.ts";
export { coreLimits, type Limits, unlimited } from "./limits.ts";
export {
  effectiveLogFilter,
  type LogDestination,
  type LogFormat,
  logDestinations,
  logFilterProblem,
  logFormats,
} from "./log-options.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { Mutex } from "./mutex.ts";
export { type RandomBytes, systemRandom } from "./random.ts";
export { systemReason } from "./system-reasons.ts";
export { runInBackground } from "./thread-priority.ts";
