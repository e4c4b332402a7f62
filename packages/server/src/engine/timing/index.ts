export { InFlight } from "./in-flight.ts";
export { sleep } from "./sleep.ts";
