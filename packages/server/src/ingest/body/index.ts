export { ReceivedBody } from "./received-body.ts";
export { RejectedLines } from "./rejected-lines.ts";
export { type StagedBody, stageBody } from "./staged-body.ts";
export { utf8Problem } from "./utf8-problem.ts";
