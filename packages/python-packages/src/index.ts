export {
  type EnvironmentFileSystem,
  type EnvironmentState,
  isForeignEnvironment,
} from "./environment/index.ts";
export { type PackageClock, PackageError, type PackageErrorKind } from "./foundation/index.ts";
export {
  InstalledEnvironment,
  type InstalledEnvironmentOptions,
  type InstallerOptions,
  type InstallResult,
  type ListedPackage,
  PackageInstaller,
} from "./installer/index.ts";
export type { HttpRequest, HttpResponse, IndexPlaces, Transport } from "./package-index/index.ts";
export {
  diskReader,
  type MarkerEnvironment,
  type RequirementsReader,
  targetEnvironment,
} from "./requirements/index.ts";
export { indexSettings } from "./settings/index.ts";
export { collectRequirements, type InstallJob, installInThread, type ThreadOptions } from "./thread/index.ts";
