export { HostCaches } from "./caches/index.ts";
export type { EngineFigures } from "./engine-figures.ts";
export type { EngineOptions } from "./engine-options.ts";
export {
  type EngineInterpreter,
  PythonStarter,
  type RunHost,
  type StartInterpreter,
} from "./interpreters/index.ts";
export type { LogRow } from "./logs/index.ts";
export { type ImportedEnvironment, PackageManager } from "./packages/index.ts";
export { preparePluginDirectory } from "./plugin-files/index.ts";
export { type EngineCapabilities, ProcessingEngine } from "./processing-engine.ts";
export type { EngineTables, PluginFileRow, TriggerArgumentRow, TriggerRow } from "./tables/index.ts";
export type { EngineCatalog, NewTrigger, TriggerUpdate } from "./triggers/index.ts";
