export { MeteredRanges, MeteredStore } from "./metered-store.ts";
export { StoreFigures, type StoreOperation, type StoreResult, storeOperations } from "./store-figures.ts";
