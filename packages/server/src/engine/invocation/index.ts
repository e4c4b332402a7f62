export { type EndedRun, PluginRunner, type RunnerOptions } from "./runner.ts";
export { failureTexts, requestFailureText } from "./texts.ts";
export { type ExecutionOptions, TriggerExecution } from "./trigger-execution.ts";
