export type { EngineCatalog, TriggerMachinery } from "./running-trigger.ts";
export { type KeeperOptions, type NewTrigger, TriggerKeeper } from "./trigger-keeper.ts";
