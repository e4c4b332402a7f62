export type { CallInput, PluginCall } from "./plugin-call.ts";
export { type EndedRun, PluginRunner, type RunnerOptions } from "./runner.ts";
export { failureTexts, finishText, startText } from "./texts.ts";
export { type ExecutionOptions, TriggerExecution } from "./trigger-execution.ts";
