export {
  describeRequestTest,
  describeTest,
  failedTest,
  httpResponse,
  writesByDatabase,
} from "./answer.ts";
export { apiEvent, apiEvents, apiFrame } from "./api-events.ts";
export { type LineProblem, refusalText, syntaxProblem } from "./line-problems.ts";
export { nextRun } from "./next-run.ts";
export type { PluginInput } from "./plugin-input.ts";
export { finishText, PLUGIN_NAMES, startText, triggerTimeText } from "./run-texts.ts";
export { type TestHostOptions, testHost } from "./test-host.ts";
