import pep440 from "@renovatebot/pep440";

/** A version by PEP 440, in its normal spelling. */
export interface Version {
  /** `1.0rc1+local.2` */
  readonly text: string;
  /** Without the local part. */
  readonly publicText: string;
  readonly epoch: number;
  readonly release: readonly number[];
  readonly isPrerelease: boolean;
  readonly isPostrelease: boolean;
  readonly local: string | undefined;
}

/** Undefined for what is no version. */
export function parseVersion(text: string): Version | undefined {
  // Its own clean() joins the parts of a local version with commas; explain() does not.
  const explained = pep440.explain(text.trim());
  if (explained === null) return undefined;
  // An absent local part is null at run time, whatever the library's types say.
  const local = explained.local === null ? undefined : String(explained.local);
  return {
    text: local === undefined ? explained.public : `${explained.public}+${local}`,
    publicText: explained.public,
    epoch: explained.epoch,
    release: explained.release,
    isPrerelease: explained.is_prerelease,
    isPostrelease: explained.is_postrelease,
    local,
  };
}

/** The order of PEP 440: negative if `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  return pep440.compare(a.text, b.text);
}

export function comparePublic(a: Version, b: Version): number {
  return pep440.compare(a.publicText, b.publicText);
}

/** Whether both are the same release, whatever pre-, post- or development release of it. */
export function sameRelease(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && startsWith(a, b.release) && startsWith(b, a.release);
}

/** Whether the version is of the series `release.*`; missing numbers count as zeros. */
export function startsWith(version: Version, release: readonly number[]): boolean {
  return release.every((part, at) => (version.release[at] ?? 0) === part);
}
