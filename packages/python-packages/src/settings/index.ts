export { indexSettings, NO_INDEX_NAMED, withFileOptions } from "./index-settings.ts";
export type { Variables } from "./pip-config.ts";
