export { leadsOut, resolveInside } from "./path-rules.ts";
export { isRemote, normalName, PluginDirectory, type PluginFileInfo, plain } from "./plugin-directory.ts";
export { listPlugins, readPlugin } from "./plugin-listing.ts";
export type { PluginSource } from "./plugin-source.ts";
export { PluginUploads } from "./plugin-uploads.ts";
export { preparePluginDirectory } from "./prepare-directory.ts";
export type { PackageUpload } from "./replace-directory.ts";
export { PluginRepository, type RepositoryOptions } from "./repository.ts";
