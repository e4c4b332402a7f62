export { type InstallerOptions, type InstallResult, PackageInstaller } from "./installer.ts";
export type { ListedPackage } from "./listing.ts";
