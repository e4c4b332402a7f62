import type { InstalledPackage } from "../environment/index.ts";
import { markerHolds } from "../requirements/index.ts";

export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  /** Names of the packages that need it; empty for what was asked for by itself. */
  readonly requiredBy: readonly string[];
}

/** What is installed, by name. */
export function listPackages(installed: readonly InstalledPackage[]): ListedPackage[] {
  const parents = new Map<string, Set<string>>();
  for (const { entry, metadata } of installed) {
    for (const { name, marker } of metadata.requires) {
      // An extra that nobody asked for may be installed for another reason; then it is no parent's matter.
      if (marker !== undefined && !markerHolds(marker, ["", ...metadata.extras])) continue;
      parents.set(name, (parents.get(name) ?? new Set()).add(entry.name));
    }
  }
  return installed
    .map(({ entry }) => ({
      name: entry.name,
      version: entry.version,
      requiredBy: entry.requested === null ? [...(parents.get(entry.name) ?? [])].sort() : [],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
