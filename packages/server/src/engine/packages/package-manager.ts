import type { InstalledPackage } from "@millrace/api";
import {
  diskReader,
  type InstallResult,
  indexSettings,
  PackageError,
  PackageInstaller,
  type Transport,
} from "@millrace/python-packages";
import { type Clock, type Logger, ServerError } from "../../foundation/index.ts";
import { locateRequirements, mayReadRequirements } from "./requirements-location.ts";

/** What interpreters import from. */
export interface InstalledEnvironment {
  readonly sitePackages: string;
  readonly fingerprint: string;
  /** `sys.prefix` */
  readonly prefix: string;
}

export interface PackageManagerOptions {
  /** Undefined: the server has no plugin directory, and so no place for packages. */
  readonly directory: string | undefined;
  readonly pluginDir: string | undefined;
  /** False: `--package-manager disabled`. What is installed is used all the same. */
  readonly mayInstall: boolean;
  /** `--package-index` */
  readonly index: string | undefined;
  /** Variables of pip and uv. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Instead of the network of this machine. */
  readonly transport?: Transport;
}

const MANAGEMENT_OFF = "error installing python packages: Plugin environment management is disabled";

/** Installs the packages that plugins import: docs/guides/python-packages.md. */
export class PackageManager {
  readonly figures = { succeeded: 0, failed: 0 };
  readonly #options: PackageManagerOptions;
  readonly #installer: PackageInstaller | undefined;
  #onChanged: () => void = () => {};

  constructor(options: PackageManagerOptions) {
    const { directory, index, variables, clock, logger, transport } = options;
    this.#options = options;
    if (directory === undefined) return;
    this.#installer = new PackageInstaller({
      directory,
      places: () => indexSettings(index, variables),
      clock,
      report: (message) => logger.info(message),
      ...(transport === undefined ? {} : { transport }),
    });
  }

  /** For an engine without a place for packages. */
  static none(clock: Clock, logger: Logger): PackageManager {
    const nowhere = { directory: undefined, pluginDir: undefined, index: undefined, variables: {} };
    return new PackageManager({ ...nowhere, mayInstall: true, clock, logger });
  }

  /** Reads what is installed. Packages that cannot be used do not keep a server from starting. */
  async open(): Promise<void> {
    await this.#installer?.open().catch((error: unknown) => {
      if (!(error instanceof PackageError)) throw error;
      this.#options.logger.error("plugins run without installed packages", { error: error.message });
    });
  }

  /** Undefined as long as nothing is installed. */
  get environment(): InstalledEnvironment | undefined {
    const state = this.#installer?.state;
    return state && { ...state, prefix: this.#installer!.directory };
  }

  /** `listener` gives new packages to those who import them. */
  onChanged(listener: () => void): void {
    this.#onChanged = listener;
  }

  async installPackages(packages: readonly string[]): Promise<void> {
    await this.#install(packages.join(", "), (installer) =>
      installer.install(packages, this.#options.pluginDir),
    );
  }

  /** `location` is a path on the server; a relative one starts from the plugin directory. */
  async installRequirements(location: string): Promise<void> {
    await this.#install(location, async (installer) => {
      const { pluginDir } = this.#options;
      const file = await locateRequirements(location, pluginDir);
      return await installer.installFile(
        file,
        diskReader((path) => mayReadRequirements(path, pluginDir)),
      );
    });
  }

  async packages(): Promise<InstalledPackage[]> {
    const installed = (await this.#installer?.packages().catch(refuse)) ?? [];
    return installed.map(({ name, version, requiredBy }) => ({
      name,
      version,
      required_by: [...requiredBy],
    }));
  }

  async #install(what: string, task: (installer: PackageInstaller) => Promise<InstallResult>): Promise<void> {
    const { mayInstall, logger, clock } = this.#options;
    if (!mayInstall) throw new ServerError("package_installation_disabled");
    if (this.#installer === undefined)
      throw new ServerError("processing_engine_error", { detail: MANAGEMENT_OFF });
    const beganMs = clock.monotonicMs();
    try {
      const { changed, installed, removed } = await task(this.#installer);
      if (changed) this.#onChanged();
      this.figures.succeeded++;
      logger.info(changed ? "packages installed" : "packages are installed already", {
        installed: listed(installed),
        removed: listed(removed),
        ms: Math.round(clock.monotonicMs() - beganMs),
      });
    } catch (error) {
      this.figures.failed++;
      if (error instanceof PackageError)
        logger.error("packages could not be installed", { packages: what, error: error.message });
      return refuse(error);
    }
  }
}

function listed(packages: InstallResult["installed"]): string {
  return packages.map(({ name, version }) => `${name} ${version}`).join(", ");
}

function refuse(error: unknown): never {
  if (!(error instanceof PackageError)) throw error;
  const { kind, message } = error;
  if (kind === "requirement") throw new ServerError("package_requirement_invalid", { detail: message });
  if (kind === "busy") throw new ServerError("engine_overloaded", { detail: message });
  throw new ServerError("processing_engine_error", {
    detail: `error installing python packages: ${message}`,
  });
}
