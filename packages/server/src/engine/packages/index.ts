export { type ImportedEnvironment, PackageManager, type PackageManagerOptions } from "./package-manager.ts";
