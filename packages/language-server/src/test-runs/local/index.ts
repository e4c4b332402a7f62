export { runCaseHere } from "./run-case-here.ts";
export { runEntryHere } from "./run-entry-here.ts";
export { Sandboxes } from "./sandboxes.ts";
export { startSeedServer } from "./seed-server.ts";
