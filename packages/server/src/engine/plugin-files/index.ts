export { PluginDirectory, type PluginFileInfo } from "./plugin-directory.ts";
export { PluginSource } from "./plugin-source.ts";
