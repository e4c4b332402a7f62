export { pluginOfTrigger, pluginUsers } from "./plugin-users.ts";
export { runTriggerNow } from "./run-now.ts";
export type { EngineCatalog, TriggerMachinery } from "./running-trigger.ts";
export { type KeeperOptions, type NewTrigger, TriggerKeeper, type TriggerUpdate } from "./trigger-keeper.ts";
