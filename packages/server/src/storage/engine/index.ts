export type { FileViews } from "./types.ts";
