import { createHash } from "node:crypto";
import path from "node:path";
import { inPortions } from "../foundation/index.ts";
import { digest, formatRecord, type RecordedFile, type Wheel, type WheelFile } from "../wheel/index.ts";
import type { EnvironmentFileSystem } from "./file-system.ts";
import type { HashedFile, InstalledPackage } from "./installed-package.ts";
import type { PackageEntry } from "./manifest.ts";

/** A package of the generation to come: one that stays, or a wheel. */
export type NextPackage = { readonly requested: string | null } & (
  | { readonly kept: InstalledPackage }
  | {
      /** Called when its turn has come, so that not all wheels are in memory. */
      readonly open: () => Promise<{ readonly wheel: Wheel; readonly wheelSha256: string }>;
      readonly url: string | null;
    }
);

type Kept = Extract<NextPackage, { kept: InstalledPackage }>;
type Added = Exclude<NextPackage, Kept>;

const FILES_AT_ONCE = 8;
/** Written anew for each generation, and no part of what a package is. */
const OWN_FILES = ["INSTALLER", "REQUESTED", "RECORD", "direct_url.json"];

/** Puts the packages of a new generation in place; nothing that exists is changed. */
export class GenerationBuilder {
  readonly #files: EnvironmentFileSystem;
  readonly #sitePackages: string;
  readonly #warn: (message: string) => void;
  readonly #directories = new Set<string>();
  /** Whose each file is: no file of a package replaces one of another. */
  readonly #owners = new Map<string, string>();

  constructor(files: EnvironmentFileSystem, sitePackages: string, warn: (message: string) => void) {
    this.#files = files;
    this.#sitePackages = sitePackages;
    this.#warn = warn;
  }

  async build(packages: readonly NextPackage[]): Promise<PackageEntry[]> {
    await this.#makeDirectory(this.#sitePackages);
    const entries: PackageEntry[] = [];
    for (const next of packages)
      entries.push("kept" in next ? await this.#keep(next) : await this.#unpack(next));
    // Deepest first: a directory is durable when all that it names is.
    const directories = [...this.#directories].sort((a, b) => b.length - a.length);
    await inPortions(directories, FILES_AT_ONCE, (directory) => this.#files.syncDirectory(directory));
    return entries;
  }

  async #keep({ kept, requested }: Kept): Promise<PackageEntry> {
    const own = OWN_FILES.map((name) => `${kept.entry.infoDirectory}/${name}`);
    const placed = kept.files.filter(
      (file) => !own.includes(file.path) && this.#claim(file.path, kept.entry.name),
    );
    await inPortions(placed, FILES_AT_ONCE, async (file) => {
      await this.#makeDirectory(path.dirname(this.#at(file.path)));
      await this.#files.link(path.join(kept.sitePackages, file.path), this.#at(file.path));
    });
    const entry = { ...kept.entry, requested };
    await this.#describe(entry, placed);
    return entry;
  }

  async #unpack({ open, url, requested }: Added): Promise<PackageEntry> {
    const { wheel, wheelSha256 } = await open();
    const { name, version } = wheel.metadata;
    const own = OWN_FILES.map((file) => `${wheel.infoDirectory}/${file}`);
    const files = wheel.files().filter(({ target }) => !own.includes(target) && this.#claim(target, name));
    const placed: HashedFile[] = [];
    await inPortions(files, FILES_AT_ONCE, async (file) => void placed.push(await this.#place(wheel, file)));
    placed.sort((a, b) => (a.path < b.path ? -1 : 1));
    const entry: PackageEntry = {
      name,
      version: version.text,
      requested,
      infoDirectory: wheel.infoDirectory,
      wheelSha256,
      contentSha256: contentHash(placed),
      url,
    };
    await this.#describe(entry, placed);
    return entry;
  }

  async #place(wheel: Wheel, file: WheelFile): Promise<HashedFile> {
    const bytes = await wheel.read(file);
    await this.#makeDirectory(path.dirname(this.#at(file.target)));
    await this.#files.write(this.#at(file.target), bytes);
    return { path: file.target, hash: file.hash, sizeBytes: bytes.length };
  }

  /** The files by which Python's own tools know what a package is and where it came from. */
  async #describe(entry: PackageEntry, placed: readonly HashedFile[]): Promise<void> {
    const texts = new Map([["INSTALLER", "millrace\n"]]);
    if (entry.requested !== null) texts.set("REQUESTED", "");
    if (entry.url !== null)
      texts.set("direct_url.json", `${JSON.stringify({ url: entry.url, archive_info: {} })}\n`);
    const all: RecordedFile[] = [...placed];
    await this.#makeDirectory(this.#at(entry.infoDirectory));
    for (const [name, text] of texts) {
      const bytes = Buffer.from(text);
      const hash = { algorithm: "sha256", digest: (await digest("sha256", bytes)).toString("base64url") };
      all.push({ path: `${entry.infoDirectory}/${name}`, hash, sizeBytes: bytes.length });
      await this.#files.write(this.#at(`${entry.infoDirectory}/${name}`), bytes);
    }
    const record = `${entry.infoDirectory}/RECORD`;
    all.push({ path: record, hash: undefined, sizeBytes: 0 });
    await this.#files.write(this.#at(record), Buffer.from(formatRecord(all)));
  }

  #claim(file: string, owner: string): boolean {
    const first = this.#owners.get(file);
    if (first !== undefined) {
      this.#warn(`${file} is in ${first} and in ${owner}: that of ${first} is installed`);
      return false;
    }
    this.#owners.set(file, owner);
    return true;
  }

  #at(file: string): string {
    return path.join(this.#sitePackages, file);
  }

  async #makeDirectory(directory: string): Promise<void> {
    if (this.#directories.has(directory)) return;
    await this.#files.makeDirectory(directory);
    for (let at = directory; !this.#directories.has(at); at = path.dirname(at)) {
      this.#directories.add(at);
      if (at === this.#sitePackages) break;
    }
  }
}

function contentHash(files: readonly HashedFile[]): string {
  const hash = createHash("sha256");
  for (const { path: file, hash: recorded } of files)
    hash.update(`${file} ${recorded.algorithm}=${recorded.digest}\n`);
  return hash.digest("hex");
}
