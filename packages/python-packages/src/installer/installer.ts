import type { InstalledPackage, NextPackage } from "../environment/index.ts";
import { shownUrl, systemClock } from "../foundation/index.ts";
import { type IndexPlaces, PackageIndexes, type Transport } from "../package-index/index.ts";
import {
  formatRequirement,
  markerHolds,
  parseRequest,
  parseRequirement,
  type Requirement,
  type Requirements,
  type RequirementsReader,
  readRequirements,
} from "../requirements/index.ts";
import { resolve } from "../resolver/index.ts";
import { NO_INDEX_NAMED, withFileOptions } from "../settings/index.ts";
import { AllowedHashes } from "./allowed-hashes.ts";
import { CandidateFinder, type InstallCandidate } from "./candidate-finder.ts";
import { InstalledEnvironment, type InstalledEnvironmentOptions } from "./installed-environment.ts";
import { WheelStore } from "./wheel-store.ts";

export interface InstallerOptions extends InstalledEnvironmentOptions {
  /** Asked at each installation: where packages come from. */
  readonly places: () => Promise<IndexPlaces>;
  /** How long an installation waits for another one. */
  readonly lockWaitMs?: number;
  readonly transport?: Transport;
}

export interface InstallResult {
  /** False if everything was there already. */
  readonly changed: boolean;
  readonly installed: readonly { readonly name: string; readonly version: string }[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
}

const LOCK_WAIT_MS = 5 * 60_000;

/** Installs packages into one environment directory. */
export class PackageInstaller extends InstalledEnvironment {
  readonly #options: InstallerOptions;

  constructor(options: InstallerOptions) {
    super(options);
    this.#options = options;
  }

  /** Installs requirements; relative paths of wheels start from `baseDirectory`. */
  async install(requests: readonly string[], baseDirectory?: string): Promise<InstallResult> {
    return await this.#install({
      requirements: requests.map((request) => parseRequest(request, baseDirectory)),
      constraints: [],
      index: { indexUrl: undefined, extraIndexUrls: [], findLinks: [], noIndex: false },
      allowPrereleases: false,
      requireHashes: false,
    });
  }

  async installFile(file: string, reader: RequirementsReader): Promise<InstallResult> {
    return await this.#install(await readRequirements(file, reader));
  }

  async #install(asked: Requirements): Promise<InstallResult> {
    const places = withFileOptions(await this.#options.places(), asked.index);
    return await this.environment.exclusively(this.#options.lockWaitMs ?? LOCK_WAIT_MS, async () => {
      const before = await this.environment.packages();
      const { chosen, wheels, requested } = await this.#choose(asked, places, before);
      const changes = difference(before, chosen);
      const sameRequests = before.every(
        ({ entry }) => entry.requested === (requested.get(entry.name) ?? null),
      );
      if (changes.installed.length === 0 && changes.removed.length === 0 && sameRequests)
        return { changed: false, ...changes };
      await this.environment.replace(nextPackages(chosen, wheels, requested));
      return { changed: true, ...changes };
    });
  }

  async #choose(asked: Requirements, places: IndexPlaces, before: readonly InstalledPackage[]) {
    const { clock = systemClock, transport, report = () => undefined } = this.#options;
    const requirements = asked.requirements.filter(
      ({ marker }) => marker === undefined || markerHolds(marker),
    );
    const named = new Set(requirements.map(({ name }) => name));
    const indexes = new PackageIndexes(places, { clock, ...(transport === undefined ? {} : { transport }) });
    const hashes = new AllowedHashes([...asked.requirements, ...asked.constraints], asked.requireHashes);
    const wheels = new WheelStore(indexes.store, hashes, report);
    const provider = new CandidateFinder({
      installed: before,
      indexes,
      wheels,
      hashes,
      askedNow: named,
      adviceWithoutIndex: NO_INDEX_NAMED,
    });
    const earlier = before.flatMap(({ entry }) =>
      entry.requested === null || named.has(entry.name) ? [] : [parseRequirement(entry.requested)],
    );
    const chosen = await resolve({
      ...asked,
      requirements,
      earlier,
      provider,
      onCompromise: (problem) => report(`not all packages are the newest: ${problem}`),
    });
    return {
      chosen: [...chosen.values()] as InstallCandidate[],
      wheels,
      requested: requestTexts([...earlier, ...requirements]),
    };
  }
}

/** Package → the requirements by which it was asked for, as one. */
function requestTexts(requirements: readonly Requirement[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const requirement of requirements) {
    const { name, url } = requirement;
    texts.set(
      name,
      formatRequirement(url === undefined ? merged(requirement, requirements) : withoutSecrets(requirement)),
    );
  }
  return texts;
}

function merged(requirement: Requirement, all: readonly Requirement[]): Requirement {
  const same = all.filter(({ name }) => name === requirement.name);
  if (same.length === 1) return requirement;
  const specifiers = same.map((one) => one.specifiers.toString()).filter((text) => text !== "");
  const extras = [...new Set(same.flatMap((one) => one.extras))].sort();
  const name = extras.length === 0 ? requirement.name : `${requirement.name}[${extras.join(",")}]`;
  return parseRequirement(`${name}${specifiers.join(",")}`);
}

/** It is kept in a file that others can read. */
function withoutSecrets(requirement: Requirement): Requirement {
  return { ...requirement, url: shownUrl(requirement.url!) };
}

function difference(before: readonly InstalledPackage[], chosen: readonly InstallCandidate[]) {
  const kept = new Set(
    chosen.flatMap(({ source }) => ("installed" in source ? source.installed.entry.name : [])),
  );
  return {
    installed: chosen
      .filter(({ source }) => "file" in source)
      .map(({ name, version }) => ({ name, version: version.text })),
    removed: before
      .filter(({ entry }) => !kept.has(entry.name))
      .map(({ entry }) => ({ name: entry.name, version: entry.version })),
  };
}

function nextPackages(
  chosen: readonly InstallCandidate[],
  wheels: WheelStore,
  requests: ReadonlyMap<string, string>,
): NextPackage[] {
  const byName = [...chosen].sort((a, b) => (a.name < b.name ? -1 : 1));
  return byName.map(({ name, source, url }) => {
    const requested = requests.get(name) ?? null;
    if ("installed" in source) return { requested, kept: source.installed };
    return {
      requested,
      open: () => wheels.openToInstall(source.file),
      url: url === undefined ? null : shownUrl(url),
    };
  });
}
