export {
  type FileMount,
  FileSpace,
  type FileSpaceOptions,
  type PluginPlace,
  shownBeside,
} from "./file-space/index.ts";
export {
  cacheDirectory,
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
export {
  type Budget,
  budgetText,
  DEFAULT_LIMITS,
  INTERPRETER_OPTIONS,
  LIMIT_OPTIONS,
  type RunLimits,
} from "./limits/index.ts";
export * from "./network/index.ts";
export * from "./plugin-test/index.ts";
export * from "./protocol/index.ts";
export * from "./remote-queries/index.ts";
export * from "./test-cases/index.ts";
