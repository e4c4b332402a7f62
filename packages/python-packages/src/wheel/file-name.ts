import { normalizeName } from "../requirements/index.ts";
import { parseVersion, type Version } from "../versions/index.ts";

/** What the name of a wheel says. */
export interface WheelName {
  /** Normalized. */
  readonly name: string;
  readonly version: Version;
  /** Of two wheels of the same version the one with the higher build number is preferred. */
  readonly build: number;
  readonly pythonTags: readonly string[];
  readonly abiTags: readonly string[];
  readonly platformTags: readonly string[];
}

const WHEEL = /^([^-]+)-([^-]+)(?:-(\d[^-]*))?-([^-]+)-([^-]+)-([^-]+)\.whl$/;

/** Undefined for what is no wheel. */
export function parseWheelName(fileName: string): WheelName | undefined {
  const [, name, versionText, build = "0", python, abi, platform] = WHEEL.exec(fileName) ?? [];
  const version = versionText === undefined ? undefined : parseVersion(versionText.replaceAll("_", "-"));
  if (name === undefined || version === undefined) return undefined;
  return {
    name: normalizeName(name),
    version,
    build: Number.parseInt(build, 10),
    pythonTags: python!.toLowerCase().split("."),
    abiTags: abi!.toLowerCase().split("."),
    platformTags: platform!.toLowerCase().split("."),
  };
}

/** The version of a source archive; undefined for what is none of this project. */
export function parseSourceArchiveName(fileName: string, project: string): Version | undefined {
  const [, stem] = /^(.+)\.(?:tar\.gz|zip|tgz|tar\.bz2|tar\.xz)$/.exec(fileName) ?? [];
  if (stem === undefined) return undefined;
  // The name may hold dashes too: it ends where the rest is a version.
  for (let at = stem.indexOf("-"); at !== -1; at = stem.indexOf("-", at + 1)) {
    if (normalizeName(stem.slice(0, at)) === project) return parseVersion(stem.slice(at + 1));
  }
  return undefined;
}
