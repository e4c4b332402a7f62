export { Environment, type EnvironmentOptions, type EnvironmentState, forgetLock } from "./environment.ts";
export type { EnvironmentFileSystem } from "./file-system.ts";
export { nodeFileSystem } from "./file-system.ts";
export { isForeignEnvironment } from "./foreign-environment.ts";
export type { NextPackage } from "./generation-builder.ts";
export type { InstalledPackage } from "./installed-package.ts";
