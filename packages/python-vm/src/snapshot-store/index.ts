export { SnapshotStore, snapshotKey } from "./snapshot-store.ts";
