export { monotonicMs } from "./monotonic.ts";
export { takeOverWallClock, WallClock } from "./wall-clock.ts";
