export { FileIndex } from "./file-index.ts";
export {
  CatalogBehindFilesError,
  type CatalogPosition,
  type CommittedChange,
  type FileChange,
  Manifest,
  type ManifestOptions,
} from "./manifest.ts";
