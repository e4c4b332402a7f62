import { Environment, type EnvironmentFileSystem, type EnvironmentState } from "../environment/index.ts";
import { type PackageClock, systemClock } from "../foundation/index.ts";
import { type ListedPackage, listPackages } from "./listing.ts";

export interface InstalledEnvironmentOptions {
  /** The environment directory. */
  readonly directory: string;
  readonly clock?: PackageClock;
  /** What happens, for the log. */
  readonly report?: (message: string) => void;
  readonly files?: EnvironmentFileSystem;
}

/** What is installed in an environment directory, whoever installed it. */
export class InstalledEnvironment {
  protected readonly environment: Environment;

  constructor({ directory, clock = systemClock, files, report }: InstalledEnvironmentOptions) {
    this.environment = new Environment({
      directory,
      clock,
      ...(files === undefined ? {} : { files }),
      ...(report === undefined ? {} : { warn: report }),
    });
  }

  /** Reads what is installed. To be called before anything else, and when it has changed. */
  async open(): Promise<void> {
    await this.environment.read();
  }

  get directory(): string {
    return this.environment.directory;
  }

  /** What interpreters import from; undefined as long as nothing was installed. */
  get state(): EnvironmentState | undefined {
    return this.environment.state;
  }

  async packages(): Promise<ListedPackage[]> {
    return listPackages(await this.environment.packages());
  }
}
