export { type Clock, systemClock, type Timer } from "./clock.ts";
export { errorCatalogue } from "./error-catalogue.ts";
export { type ErrorBodyStyle, type ErrorCode, ServerError } from "./errors.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
