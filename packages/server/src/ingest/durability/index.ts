export { CommitGroups } from "./commit-groups.ts";
export { Deliveries } from "./deliveries.ts";
