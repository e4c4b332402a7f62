export { InstalledEnvironment, type InstalledEnvironmentOptions } from "./installed-environment.ts";
export { type InstallerOptions, type InstallResult, PackageInstaller } from "./installer.ts";
export type { ListedPackage } from "./listing.ts";
