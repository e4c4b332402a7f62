import { z } from "zod";

/** `POST /api/v3/configure/plugin_environment/install_packages`: PEP 508 requirements, or paths of wheels. */
export const installPackagesBody = z.object({ packages: z.array(z.string()) });
export type InstallPackagesBody = z.output<typeof installPackagesBody>;

/** `POST /api/v3/configure/plugin_environment/install_requirements`: a path on the server. */
export const installRequirementsBody = z.object({ requirements_location: z.string() });
export type InstallRequirementsBody = z.output<typeof installRequirementsBody>;

/** An element of `GET /api/millrace/v1/packages`. */
export const installedPackage = z.object({
  name: z.string(),
  version: z.string(),
  /** Names of the packages that require it; empty for what was asked for by itself. */
  required_by: z.array(z.string()),
});
export type InstalledPackage = z.output<typeof installedPackage>;
export const installedPackages = z.array(installedPackage);
