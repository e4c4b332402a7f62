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
  /** What comes behind the release, as numbers that can be compared. */
  readonly phase: readonly number[];
}

const PRE_KINDS = ["a", "b", "rc"];

/** What the library finds in a version at run time; its types know neither that parts can be absent nor all their forms. */
interface Explained {
  readonly pre: readonly (string | number)[] | null;
  readonly post: number | null;
  readonly dev: number | null;
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
    phase: phaseOf(explained as unknown as Explained),
  };
}

/** The order of PEP 440: negative if `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  return comparePublic(a, b) || compareLocal(a.local, b.local);
}

/** The same without local parts. */
export function comparePublic(a: Version, b: Version): number {
  return a.epoch - b.epoch || compareNumbers(a.release, b.release) || compareNumbers(a.phase, b.phase);
}

/** Missing numbers count as zeros. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at] ?? 0, b[at] ?? 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Numbers are newer than words, and more parts are newer than fewer. */
function compareLocal(a: string | undefined, b: string | undefined): number {
  const [left, right] = [a?.split(".") ?? [], b?.split(".") ?? []];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [one, other] = [left[at], right[at]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const [oneNumber, otherNumber] = [localNumber(one), localNumber(other)];
    if (oneNumber !== otherNumber) return oneNumber < otherNumber ? -1 : 1;
    if (oneNumber < 0 && one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

function localNumber(part: string): number {
  return /^\d+$/.test(part) ? Number(part) : -1;
}

/** What comes behind the release: pre-release, post-release and development release, so that numbers order them. */
function phaseOf({ pre, post, dev }: Explained): number[] {
  const beforeAll = pre === null && post === null && dev !== null;
  const kind = pre === null ? (beforeAll ? -1 : PRE_KINDS.length) : PRE_KINDS.indexOf(String(pre[0]));
  return [kind, Number(pre?.[1] ?? 0), post ?? -1, dev ?? Number.POSITIVE_INFINITY];
}

/** Whether both are the same release, whatever pre-, post- or development release of it. */
export function sameRelease(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && startsWith(a, b.release) && startsWith(b, a.release);
}

/** Whether the version is of the series `release.*`; missing numbers count as zeros. */
export function startsWith(version: Version, release: readonly number[]): boolean {
  return release.every((part, at) => (version.release[at] ?? 0) === part);
}
