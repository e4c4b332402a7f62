export { cacheDirectory } from "./cache-directory.ts";
export type { FileService, GlobalCache, NetworkService, PluginHost, RunContext } from "./plugin-host.ts";
export { type InterpreterSettings, PluginInterpreter } from "./plugin-interpreter.ts";
export { PluginRuntime, type PluginRuntimeOptions } from "./plugin-runtime.ts";
