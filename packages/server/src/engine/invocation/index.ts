export { type EndedRun, PluginRunner, type RunnerOptions } from "./runner.ts";
export { failureTexts, requestFailureText } from "./texts.ts";
export { type Caller, type ExecutionOptions, TriggerExecution } from "./trigger-execution.ts";
