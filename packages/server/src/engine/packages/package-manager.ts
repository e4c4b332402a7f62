import type { InstalledPackage } from "@millrace/api";
import {
  collectRequirements,
  diskReader,
  InstalledEnvironment,
  type InstallJob,
  type InstallResult,
  installInThread,
  PackageError,
} from "@millrace/python-packages";
import { type Clock, type Logger, Mutex, ServerError } from "../../foundation/index.ts";
import { unlessAborted } from "../timing/index.ts";
import { locateRequirements, mayReadRequirements } from "./requirements-location.ts";

/** What interpreters import from. */
export interface ImportedEnvironment {
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
}

const MANAGEMENT_OFF = "error installing python packages: Plugin environment management is disabled";

/** Each waits for the ones before it. */
const MOST_PENDING = 8;

/** Installs the packages that plugins import: docs/guides/python-packages.md. */
export class PackageManager {
  readonly figures = { succeeded: 0, failed: 0 };
  readonly #options: PackageManagerOptions;
  readonly #installed: InstalledEnvironment | undefined;
  /** Interpreters must not fall behind by two installations: the files of the last but one are removed. */
  readonly #turns = new Mutex();
  /** Installations at work and waiting for each other. */
  #pending = 0;
  readonly #stopping = new AbortController();
  #onChanged: () => Promise<void> | void = () => {};

  constructor(options: PackageManagerOptions) {
    const { directory, clock } = options;
    this.#options = options;
    if (directory === undefined) return;
    this.#installed = new InstalledEnvironment({ directory, clock });
  }

  /** Installations end at once; what is installed stays as it was before them. */
  stop(): void {
    this.#stopping.abort();
  }

  /** For an engine without a place for packages. */
  static none(clock: Clock, logger: Logger): PackageManager {
    const nowhere = { directory: undefined, pluginDir: undefined, index: undefined, variables: {} };
    return new PackageManager({ ...nowhere, mayInstall: true, clock, logger });
  }

  /** Reads what is installed. Packages that cannot be used do not keep a server from starting. */
  async open(): Promise<void> {
    await this.#installed?.open().catch((error: unknown) => {
      if (!(error instanceof PackageError)) throw error;
      this.#options.logger.error("plugins run without installed packages", { error: error.message });
    });
  }

  /** Undefined as long as nothing is installed. */
  get environment(): ImportedEnvironment | undefined {
    const state = this.#installed?.state;
    return state && { ...state, prefix: this.#installed!.directory };
  }

  /** `listener` gives new packages to those who import them; an installation is done when they can. */
  onChanged(listener: () => Promise<void> | void): void {
    this.#onChanged = listener;
  }

  async installPackages(packages: readonly string[]): Promise<void> {
    const baseDirectory = this.#options.pluginDir;
    await this.#install(packages.join(", "), async () => ({ requests: packages, baseDirectory }));
  }

  /** `location` is a path on the server; a relative one starts from the plugin directory. */
  async installRequirements(location: string): Promise<void> {
    await this.#install(location, async () => {
      const { pluginDir } = this.#options;
      const file = await locateRequirements(location, pluginDir);
      const reader = diskReader((path) => mayReadRequirements(path, pluginDir));
      return await collectRequirements(file, reader);
    });
  }

  async packages(): Promise<InstalledPackage[]> {
    const installed = (await this.#installed?.packages().catch(refuse)) ?? [];
    return installed.map(({ name, version, requiredBy }) => ({
      name,
      version,
      required_by: [...requiredBy],
    }));
  }

  async #install(asked: string, what: () => Promise<InstallJob["what"]>): Promise<void> {
    const { mayInstall, logger, clock } = this.#options;
    if (!mayInstall) throw new ServerError("package_installation_disabled");
    if (this.#installed === undefined)
      throw new ServerError("processing_engine_error", { detail: MANAGEMENT_OFF });
    if (this.#pending >= MOST_PENDING)
      throw new ServerError("engine_overloaded", {
        detail: `${MOST_PENDING} installations of packages are waiting`,
      });
    this.#pending++;
    const beganMs = clock.monotonicMs();
    try {
      const environment = this.#installed;
      const { changed, installed, removed } = await this.#turns.run(async () => {
        const result = await this.#run(environment, await what());
        // A server that stops imports nothing any more: the packages are there when it starts again.
        if (result.changed) await unlessAborted(this.#stopping.signal, Promise.resolve(this.#onChanged()));
        return result;
      });
      this.figures.succeeded++;
      logger.info(changed ? "packages installed" : "packages are installed already", {
        installed: listed(installed),
        removed: listed(removed),
        ms: Math.round(clock.monotonicMs() - beganMs),
      });
    } catch (error) {
      this.figures.failed++;
      if (error instanceof PackageError)
        logger.error("packages could not be installed", {
          packages: withoutSecrets(asked),
          error: withoutSecrets(error.message),
        });
      return refuse(error);
    } finally {
      this.#pending--;
    }
  }

  async #run(installed: InstalledEnvironment, what: InstallJob["what"]): Promise<InstallResult> {
    const { index, variables, clock, logger } = this.#options;
    const job = { directory: installed.directory, packageIndex: index, variables, what };
    const result = await installInThread(job, {
      clock,
      report: (message) => logger.info(message),
      signal: this.#stopping.signal,
    });
    await installed.open();
    return result;
  }
}

/** Addresses may hold a user name and a password. */
function withoutSecrets(asked: string): string {
  return asked.replace(/\/\/[^/\s]*@/g, "//").replace(/\?[^\s,']+/g, "");
}

function listed(packages: InstallResult["installed"]): string {
  return packages.map(({ name, version }) => `${name} ${version}`).join(", ");
}

function refuse(error: unknown): never {
  if (!(error instanceof PackageError)) throw error;
  const { kind, message } = error;
  if (kind === "requirement") throw new ServerError("package_requirement_invalid", { detail: message });
  if (kind === "stopped") throw new ServerError("engine_overloaded", { detail: "the server is stopping" });
  if (kind === "busy") throw new ServerError("engine_overloaded", { detail: message });
  throw new ServerError("processing_engine_error", {
    detail: `error installing python packages: ${message}`,
  });
}
