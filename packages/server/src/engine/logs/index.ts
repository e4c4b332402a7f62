export { type EngineLogRow, type LogLevel, LogRing } from "./log-ring.ts";
