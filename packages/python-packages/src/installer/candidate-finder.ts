import type { InstalledPackage } from "../environment/index.ts";
import { PackageError, shownUrl } from "../foundation/index.ts";
import { fileNameOf, type PackageIndexes, type ProjectFile, splitFragment } from "../package-index/index.ts";
import type { Requirement } from "../requirements/index.ts";
import type { Candidate, CandidateProvider, Candidates } from "../resolver/index.ts";
import {
  hasLoadableSources,
  isLoadable,
  type Metadata,
  parseMetadata,
  parseWheelName,
  type WheelName,
} from "../wheel/index.ts";
import type { AllowedHashes } from "./allowed-hashes.ts";
import { OfferedFiles } from "./offered-files.ts";
import type { WheelStore } from "./wheel-store.ts";

/** A candidate and how it gets into the environment. */
export interface InstallCandidate extends Candidate {
  readonly source: { readonly installed: InstalledPackage } | { readonly file: ProjectFile };
}

export interface FinderOptions {
  readonly installed: readonly InstalledPackage[];
  readonly indexes: PackageIndexes;
  readonly wheels: WheelStore;
  readonly hashes: AllowedHashes;
  /** Names of the packages that this installation is for. */
  readonly askedNow: ReadonlySet<string>;
  /** When nothing is known of a package, and there is no place to ask. */
  readonly adviceWithoutIndex: string;
}

/** Knows every version that could be installed: what is there already comes first, then the newest. */
export class CandidateFinder implements CandidateProvider {
  readonly #options: FinderOptions;
  readonly #installed: ReadonlyMap<string, InstalledPackage>;
  readonly #found = new Map<string, Promise<Candidates>>();
  readonly #direct = new Map<string, Promise<InstallCandidate>>();

  constructor(options: FinderOptions) {
    this.#options = options;
    this.#installed = new Map(options.installed.map((known) => [known.entry.name, known]));
  }

  async candidates(name: string): Promise<Candidates> {
    const installed = this.#installed.get(name);
    if (installed === undefined || !this.#allowed(installed)) return await this.#all(name, []);
    const known = installedCandidate(installed);
    return { candidates: [known], remark: undefined, more: () => this.#all(name, [known]) };
  }

  direct(requirement: Requirement): Promise<InstallCandidate> {
    const url = requirement.url!;
    let candidate = this.#direct.get(url);
    if (candidate === undefined) {
      candidate = this.#openDirect(requirement.name, url);
      this.#direct.set(url, candidate);
    }
    return candidate;
  }

  #all(name: string, known: readonly InstallCandidate[]): Promise<Candidates> {
    let found = this.#found.get(name);
    if (found === undefined) {
      found = this.#find(name, known);
      this.#found.set(name, found);
    }
    return found;
  }

  async #find(name: string, known: readonly InstallCandidate[]): Promise<Candidates> {
    const { indexes, hashes, wheels } = this.#options;
    const files = (await indexes.files(name)) ?? [];
    const offered = new OfferedFiles(
      name,
      files.filter((file) => hashes.mayBe(name, file.hashes)),
    );
    // The newest one stands for all of them: it is the one that is wanted.
    const newest = offered.partlyCompiled.find(({ named }) => !named.version.isPrerelease);
    const needed = newest === undefined ? undefined : await wheels.neededCompiledParts(newest.file);
    const usable =
      newest === undefined || needed !== undefined
        ? offered.pure
        : [...offered.partlyCompiled, ...offered.pure];
    const candidates = [...known];
    for (const { named, file } of usable) {
      // The copy that is installed needs no fetching.
      if (!candidates.some(({ version }) => version.text === named.version.text))
        candidates.push(this.#candidate(named, file, undefined));
    }
    const remark = usable.length > 0 && needed === undefined ? undefined : offered.remark(needed);
    return { candidates, remark: remark ?? this.#nothing(name, files, candidates) };
  }

  #allowed({ entry }: InstalledPackage): boolean {
    return entry.url === null && this.#options.hashes.mayBe(entry.name, { sha256: entry.wheelSha256 });
  }

  #nothing(
    name: string,
    files: readonly ProjectFile[],
    candidates: readonly Candidate[],
  ): string | undefined {
    const { labels, onlyLinks } = this.#options.indexes;
    if (candidates.length > 0) return undefined;
    if (files.length > 0) return `no file of ${name} has one of the hashes that the requirements file gives`;
    const { adviceWithoutIndex } = this.#options;
    if (labels.length === 0) return adviceWithoutIndex;
    const missing = `there is no package ${name} in ${labels.join(" or ")}`;
    return onlyLinks ? `${missing}, and ${adviceWithoutIndex}` : missing;
  }

  #candidate(named: WheelName, file: ProjectFile, url: string | undefined): InstallCandidate {
    let metadata: Promise<Metadata> | undefined;
    return {
      name: named.name,
      version: named.version,
      url,
      yanked: file.yanked !== undefined,
      requiresPython: file.requiresPython,
      metadata: () => {
        metadata ??= this.#metadata(file);
        return metadata;
      },
      source: { file },
    };
  }

  async #metadata(file: ProjectFile): Promise<Metadata> {
    const { wheels, indexes } = this.#options;
    const text = await indexes.store.metadata(file);
    return text === undefined ? (await wheels.open(file)).wheel.metadata : parseMetadata(text, file.fileName);
  }

  async #openDirect(name: string, address: string): Promise<InstallCandidate> {
    const { url, hashes } = splitFragment(address);
    const file: ProjectFile = {
      fileName: fileNameOf(url),
      url,
      hashes,
      requiresPython: undefined,
      yanked: undefined,
      metadataHashes: undefined,
    };
    const named = parseWheelName(file.fileName);
    if (named === undefined)
      throw new PackageError(
        "resolution",
        `${shownUrl(url)} is not a wheel; build one (python -m pip wheel) and name that`,
      );
    if (named.name !== name)
      throw new PackageError("resolution", `${file.fileName} is a wheel of ${named.name}, not of ${name}`);
    if (!isLoadable(named) && !hasLoadableSources(named))
      throw new PackageError("resolution", `${file.fileName}: ${compiledRefused(name)}`);
    const installed = this.#installed.get(name);
    const same = installed?.entry.url === shownUrl(url) && (await this.#isUnchanged(installed, file));
    return same ? { ...installedCandidate(installed), url: address } : this.#candidate(named, file, address);
  }

  /** Whoever asks for a wheel at an address may have put another one there; what was asked for earlier is kept. */
  async #isUnchanged({ entry }: InstalledPackage, file: ProjectFile): Promise<boolean> {
    if (!this.#options.askedNow.has(entry.name)) return true;
    return (await this.#options.wheels.open(file)).wheelSha256 === entry.wheelSha256;
  }
}

function installedCandidate(installed: InstalledPackage): InstallCandidate {
  const { name, version, requiresPython } = installed.metadata;
  return {
    name,
    version,
    url: undefined,
    yanked: false,
    requiresPython,
    metadata: async () => installed.metadata,
    source: { installed },
  };
}

function compiledRefused(name: string): string {
  return `this wheel of ${name} is made for another Python, and compiled packages cannot be loaded by the sandbox`;
}
