import { PackageError } from "../foundation/index.ts";
import type { Requirement } from "../requirements/index.ts";
import { digest, isStrongHash } from "../wheel/index.ts";

/** The files that the hashes of a requirements file allow. */
export class AllowedHashes {
  readonly #byName = new Map<string, Set<string>>();
  readonly #required: boolean;

  /** `required`: what has no hash must not be installed. */
  constructor(requirements: readonly Requirement[], required: boolean) {
    this.#required = required;
    for (const { name, hashes } of requirements) {
      if (hashes.length === 0) continue;
      this.#byName.set(name, new Set([...(this.#byName.get(name) ?? []), ...hashes]));
    }
  }

  /** Whether a file may be the one that is meant, judged by the hashes that an index gives for it. */
  mayBe(name: string, hashes: Readonly<Record<string, string>>): boolean {
    const allowed = this.#byName.get(name);
    if (allowed === undefined) return true;
    const given = Object.entries(hashes).filter(([algorithm]) =>
      [...allowed].some((hash) => hash.startsWith(`${algorithm}:`)),
    );
    return given.length === 0 || given.some(([algorithm, hex]) => allowed.has(`${algorithm}:${hex}`));
  }

  /** Throws unless the file is one that is allowed. */
  async check(name: string, fileName: string, bytes: Uint8Array): Promise<void> {
    const allowed = this.#byName.get(name);
    if (allowed === undefined) {
      if (!this.#required) return;
      throw new PackageError(
        "resolution",
        `${fileName} has no hash in the requirements file, and where one requirement has a hash, all packages need one: add --hash=sha256:${(await digest("sha256", bytes)).toString("hex")} to a line ${name}==…`,
      );
    }
    const algorithms = new Set([...allowed].map((hash) => hash.split(":")[0]!).filter(isStrongHash));
    for (const algorithm of algorithms) {
      if (allowed.has(`${algorithm}:${(await digest(algorithm, bytes)).toString("hex")}`)) return;
    }
    throw new PackageError(
      "index",
      `${fileName} has none of the hashes that the requirements file gives for ${name}`,
    );
  }
}
