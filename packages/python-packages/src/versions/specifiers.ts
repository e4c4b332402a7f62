import {
  comparePublic,
  compareVersions,
  parseVersion,
  sameRelease,
  startsWith,
  type Version,
} from "./version.ts";

type Operator = "===" | "~=" | "==" | "!=" | "<=" | ">=" | "<" | ">";

interface Specifier {
  readonly operator: Operator;
  /** As written, without the `.*`. */
  readonly text: string;
  /** Undefined only for `===`, which compares texts. */
  readonly version: Version | undefined;
  /** `==1.2.*` */
  readonly isSeries: boolean;
}

const CLAUSE = /^(===|~=|==|!=|<=|>=|<|>)\s*([^\s,;]+)$/;

/** A set of conditions on a version, such as `>=2,!=2.3.*`; the empty set allows every version. */
export class Specifiers {
  static readonly any = new Specifiers([]);
  readonly #clauses: readonly Specifier[];

  private constructor(clauses: readonly Specifier[]) {
    this.#clauses = clauses;
  }

  /** Undefined for what is no set of conditions. */
  static parse(text: string): Specifiers | undefined {
    const parts = text.split(",").map((part) => part.trim());
    // A comma at the end is allowed; so is nothing at all.
    if (parts.at(-1) === "") parts.pop();
    const clauses = parts.map(parseClause);
    return clauses.every((clause) => clause !== undefined) ? new Specifiers(clauses) : undefined;
  }

  get isEmpty(): boolean {
    return this.#clauses.length === 0;
  }

  /** Whether a pre-release is asked for by name. */
  get namesPrerelease(): boolean {
    return this.#clauses.some(
      ({ operator, version }) => operator !== "!=" && version !== undefined && version.isPrerelease,
    );
  }

  /** Whether exactly one version is asked for: only then may it be one that was withdrawn. */
  get pins(): boolean {
    return this.#clauses.some(
      ({ operator, isSeries }) => operator === "===" || (operator === "==" && !isSeries),
    );
  }

  /** Whether the version meets all conditions; pre-releases are treated like all others. */
  allows(version: Version): boolean {
    return this.#clauses.every((clause) => clauseAllows(clause, version));
  }

  toString(): string {
    return this.#clauses
      .map(({ operator, text, isSeries }) => `${operator}${text}${isSeries ? ".*" : ""}`)
      .join(",");
  }
}

function parseClause(clause: string): Specifier | undefined {
  const [, operator, written] = (CLAUSE.exec(clause) ?? []) as [string?, Operator?, string?];
  if (operator === undefined || written === undefined) return undefined;
  const isSeries = written.endsWith(".*") && (operator === "==" || operator === "!=");
  const text = isSeries ? written.slice(0, -2) : written;
  const version = parseVersion(text);
  if (operator === "===") return { operator, text, version: undefined, isSeries };
  if (version === undefined) return undefined;
  if (operator === "~=" && version.release.length < 2) return undefined;
  if (isSeries && (version.isPrerelease || version.isPostrelease)) return undefined;
  if (version.local !== undefined && (isSeries || (operator !== "==" && operator !== "!="))) return undefined;
  return { operator, text, version, isSeries };
}

function clauseAllows({ operator, text, version: wanted, isSeries }: Specifier, version: Version): boolean {
  if (wanted === undefined) return version.text === text.toLowerCase();
  switch (operator) {
    case "==":
      return isSeries ? inSeries(version, wanted, wanted.release) : equals(version, wanted);
    case "!=":
      return !(isSeries ? inSeries(version, wanted, wanted.release) : equals(version, wanted));
    case "~=":
      return comparePublic(version, wanted) >= 0 && inSeries(version, wanted, wanted.release.slice(0, -1));
    case "<=":
      return comparePublic(version, wanted) <= 0;
    case ">=":
      return comparePublic(version, wanted) >= 0;
    case "<":
      // `<2` does not mean the pre-releases of 2, unless it names one itself.
      if (!wanted.isPrerelease && version.isPrerelease && sameRelease(version, wanted)) return false;
      return compareVersions(version, wanted) < 0;
    case ">":
      // `>2` means neither the post-releases of 2 nor its local builds.
      if (!wanted.isPostrelease && version.isPostrelease && sameRelease(version, wanted)) return false;
      return comparePublic(version, wanted) > 0;
    default:
      return false;
  }
}

function inSeries(version: Version, wanted: Version, release: readonly number[]): boolean {
  return version.epoch === wanted.epoch && startsWith(version, release);
}

/** A local build is equal to its version, unless the condition names a local build. */
function equals(version: Version, wanted: Version): boolean {
  return wanted.local === undefined
    ? comparePublic(version, wanted) === 0
    : compareVersions(version, wanted) === 0;
}
