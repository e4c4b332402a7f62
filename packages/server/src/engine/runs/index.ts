export { RunFigures } from "./run-figures.ts";
export { RunIds } from "./run-ids.ts";
export { RunLog } from "./run-log.ts";
export { kindName, type RunDescription, type RunOutcomeName, type RunRecord } from "./run-record.ts";
export type { RunRecorder } from "./run-recorder.ts";
