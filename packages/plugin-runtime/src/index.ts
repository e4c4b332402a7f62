export {
  type FileService,
  type GlobalCache,
  type InterpreterSettings,
  type NetworkService,
  type PluginHost,
  PluginInterpreter,
  PluginRuntime,
  type PluginRuntimeOptions,
  type RunContext,
} from "./interpreter/index.ts";
export { DEFAULT_LIMITS, LIMIT_OPTIONS, type RunLimits } from "./limits/index.ts";
export * from "./protocol/index.ts";
