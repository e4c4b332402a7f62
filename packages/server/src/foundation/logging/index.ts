export { createLogger, type LoggerOptions, type LogSink, standardSink } from "./create-logger.ts";
