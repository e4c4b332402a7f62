export { eitherOf } from "./either-of.ts";
export { InFlight } from "./in-flight.ts";
export { sleep } from "./sleep.ts";
export { parseTimeNs } from "./time-text.ts";
export { unlessAborted } from "./unless-aborted.ts";
