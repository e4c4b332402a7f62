export {
  type EngineTables,
  engineTables,
  type PluginFileRow,
  type TriggerArgumentRow,
  type TriggerRow,
} from "./engine-tables.ts";
export type { LiveTrigger, TriggerState } from "./trigger-states.ts";
