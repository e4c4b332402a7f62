import type { DataFile, ViewSwitch } from "../types.ts";

/** Which files there are, for whoever reads them. What changes, changes for all readers in the same order. */
export interface FileViews {
  current(): { readonly version: number; readonly files: readonly DataFile[] };
  /** Called for each change, in order; ends with the returned function. */
  onSwitch(listener: (change: ViewSwitch) => void): () => void;
  /** No reader holds a view older than `version` any more. */
  released(version: number): void;
}
