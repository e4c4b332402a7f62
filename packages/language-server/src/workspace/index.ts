export { findPackage, type PluginPackage, readModule } from "./plugin-package.ts";
