export { SharedCache } from "./caches/index.ts";
export type { EngineOptions } from "./engine-options.ts";
export {
  type EngineInterpreter,
  pythonStarter,
  type RunHost,
  type StartInterpreter,
} from "./interpreters/index.ts";
export type { LogRow } from "./logs/index.ts";
export { type EngineCapabilities, ProcessingEngine } from "./processing-engine.ts";
export type { EngineTables, PluginFileRow, TriggerArgumentRow, TriggerRow } from "./tables/index.ts";
export type { EngineCatalog, NewTrigger } from "./triggers/index.ts";
