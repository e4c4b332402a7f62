export { readPluginMetadata } from "./read-metadata.ts";
export {
  ENTRY_POINTS,
  METADATA_KINDS,
  type MetadataKind,
  type MetadataProblem,
  type PluginArgument,
  type PluginMetadata,
  type ReadMetadata,
} from "./types.ts";
