export { FileIndex } from "./file-index.ts";
export {
  type CommittedChange,
  type FileChange,
  Manifest,
  type ManifestOptions,
} from "./manifest.ts";
