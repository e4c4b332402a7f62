import { createHash } from "node:crypto";
import path from "node:path";
import { type PackageClock, PackageError, reasonOf } from "../foundation/index.ts";
import { PYTHON_SERIES, targetEnvironment } from "../requirements/index.ts";
import { type EnvironmentFileSystem, nodeFileSystem } from "./file-system.ts";
import { GenerationBuilder, type NextPackage } from "./generation-builder.ts";
import { breakLock, takeLock } from "./install-lock.ts";
import { type InstalledPackage, readInstalled } from "./installed-package.ts";
import { Layout } from "./layout.ts";
import { decodeManifest, encodeManifest, type Manifest } from "./manifest.ts";

/** What an interpreter needs to know to import what is installed. */
export interface EnvironmentState {
  readonly sitePackages: string;
  /** The same for the same packages with the same files, wherever they lie. */
  readonly fingerprint: string;
}

export interface EnvironmentOptions {
  readonly directory: string;
  readonly clock: PackageClock;
  readonly files?: EnvironmentFileSystem;
  readonly warn?: (message: string) => void;
}

const EMPTY: Manifest = { generation: 0, fingerprint: "", packages: [] };

/**
 * A directory of installed packages. What is installed never changes: each installation makes a generation of its own,
 * and one rename of the manifest makes it the current one. docs/formats/python-environment.md has the order of steps.
 */
export class Environment {
  readonly #layout: Layout;
  readonly #files: EnvironmentFileSystem;
  readonly #clock: PackageClock;
  readonly #warn: (message: string) => void;
  #manifest: Manifest = EMPTY;

  constructor({ directory, clock, files = nodeFileSystem, warn = () => undefined }: EnvironmentOptions) {
    this.#layout = new Layout(directory);
    this.#files = files;
    this.#clock = clock;
    this.#warn = warn;
  }

  get directory(): string {
    return this.#layout.directory;
  }

  /** Undefined as long as nothing is installed. */
  get state(): EnvironmentState | undefined {
    const { generation, fingerprint } = this.#manifest;
    if (generation === 0) return undefined;
    return { sitePackages: this.#layout.sitePackages(generation), fingerprint };
  }

  /** Reads what is installed; another process may have changed it. */
  async read(): Promise<void> {
    const bytes = await this.#attempt("read", () => this.#files.read(this.#layout.manifest));
    this.#manifest = bytes === undefined ? EMPTY : decodeManifest(bytes, this.#layout.manifest);
  }

  async packages(): Promise<InstalledPackage[]> {
    const { generation, packages } = this.#manifest;
    const sitePackages = this.#layout.sitePackages(generation);
    return await Promise.all(packages.map((entry) => readInstalled(this.#files, entry, sitePackages)));
  }

  /** Runs an installation alone, among all processes; throws `busy` if another one does not end within `waitMs`. */
  async exclusively<T>(waitMs: number, task: () => Promise<T>): Promise<T> {
    const release = await this.#attempt("written to", async () => {
      await this.#files.makeDirectory(this.#layout.directory);
      return await takeLock({ files: this.#files, path: this.#layout.lock, clock: this.#clock, waitMs });
    });
    try {
      await this.read();
      return await task();
    } finally {
      await release();
    }
  }

  /** Makes these packages the installed ones; to be called within `exclusively`. */
  async replace(packages: readonly NextPackage[]): Promise<void> {
    await this.#attempt("written to", async () => {
      const generation = await this.#makeRoom();
      const sitePackages = this.#layout.sitePackages(generation);
      const entries = await new GenerationBuilder(this.#files, sitePackages, this.#warn).build(packages);
      await this.#syncParents(sitePackages);
      const fingerprint = fingerprintOf(entries);
      await this.#commit({ generation, fingerprint, packages: entries });
      await this.#showToTools();
    });
  }

  /**
   * Removes what was not finished, and generations that no interpreter can still be reading: the last one stays, since
   * runs that began before the current one was there may not be over. Returns the number of the next generation.
   */
  async #makeRoom(): Promise<number> {
    const current = this.#manifest.generation;
    const found = (await this.#files.list(this.#layout.generations)).filter((name) => /^\d+$/.test(name));
    const finished = found.map(Number).filter((number) => number < current);
    const previous = Math.max(0, ...finished);
    for (const name of found) {
      const number = Number(name);
      if (number !== current && number !== previous)
        await this.#files.remove(path.join(this.#layout.generations, name));
    }
    return current + 1;
  }

  /** From site-packages up to the directory of the environment: their names must survive as well. */
  async #syncParents(sitePackages: string): Promise<void> {
    let at = sitePackages;
    while (at !== this.#layout.directory) {
      at = path.dirname(at);
      await this.#files.syncDirectory(at);
    }
  }

  async #commit(manifest: Manifest): Promise<void> {
    await this.#files.write(this.#layout.newManifest, encodeManifest(manifest));
    await this.#files.rename(this.#layout.newManifest, this.#layout.manifest);
    await this.#files.syncDirectory(this.#layout.directory);
    this.#manifest = manifest;
  }

  /** For editors and people only: nothing depends on it, and what somebody else put there is left alone. */
  async #showToTools(): Promise<void> {
    const { shownSitePackages: shown, pyvenvConfig, ignoreFile } = this.#layout;
    const target = path.relative(path.dirname(shown), this.#layout.sitePackages(this.#manifest.generation));
    try {
      if ((await this.#files.read(pyvenvConfig)) === undefined)
        await this.#files.write(pyvenvConfig, Buffer.from(pyvenvText()));
      if ((await this.#files.read(ignoreFile)) === undefined)
        await this.#files.write(ignoreFile, Buffer.from("*\n"));
      await this.#files.makeDirectory(path.dirname(shown));
      await this.#files.remove(`${shown}.new`);
      await this.#files.symlink(target, `${shown}.new`);
      await this.#files.rename(`${shown}.new`, shown);
    } catch (error) {
      await this.#files.remove(`${shown}.new`).catch(() => undefined);
      this.#warn(`${shown} could not be made a link to the installed packages: ${reasonOf(error)}`);
    }
  }

  async #attempt<T>(what: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (error instanceof PackageError) throw error;
      throw new PackageError(
        "environment",
        `the environment ${this.#layout.directory} cannot be ${what}: ${reasonOf(error)}. Check the directory and its permissions, or choose another one with --virtual-env-location`,
        { cause: error },
      );
    }
  }
}

/** After a thread of this process has ended: gives back what it may still hold. */
export async function forgetLock(directory: string, thread: number): Promise<void> {
  await breakLock(nodeFileSystem, new Layout(directory).lock, thread);
}

function fingerprintOf(packages: Manifest["packages"]): string {
  const hash = createHash("sha256");
  hash.update(`python ${PYTHON_SERIES}\n`);
  const lines = packages.map(({ name, version, contentSha256 }) => `${name} ${version} ${contentSha256}\n`);
  for (const line of lines.sort()) hash.update(line);
  return hash.digest("hex");
}

function pyvenvText(): string {
  return [
    "# Packages of Millrace's plugins, for editors; there is no Python in here.",
    "include-system-site-packages = false",
    `version = ${targetEnvironment.python_full_version}`,
    "",
  ].join("\n");
}
