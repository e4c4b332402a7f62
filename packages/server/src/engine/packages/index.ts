export { type InstalledEnvironment, PackageManager, type PackageManagerOptions } from "./package-manager.ts";
