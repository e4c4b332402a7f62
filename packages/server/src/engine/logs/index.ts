export { BoundedRing } from "./bounded-ring.ts";
export { type LogLevel, type LogPlace, type LogRow, TriggerLog, type TriggerName } from "./trigger-log.ts";
