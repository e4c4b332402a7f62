import { PackageError } from "../foundation/index.ts";
import { normalizeName } from "../requirements/index.ts";
import { parseVersion } from "../versions/index.ts";
import { isCompiled, neededCompiledParts } from "./compiled-parts.ts";
import { digest, isStrongHash } from "./digest.ts";
import { parseWheelName, type WheelName } from "./file-name.ts";
import { type Metadata, parseMetadata, readHeaders } from "./metadata.ts";
import { parseRecord, type RecordedFile, type RecordedHash } from "./record.ts";
import { type ArchiveLimits, ZipArchive } from "./zip-archive.ts";

/** A file to be installed, and where it belongs below site-packages. */
export interface WheelFile {
  readonly target: string;
  readonly source: string;
  readonly hash: RecordedHash;
}

/** A wheel that is of no use without its compiled parts. */
export class CompiledWheelError extends PackageError {
  /** What it cannot do without, as a sentence. */
  readonly needed: string;

  constructor(label: string, needed: string) {
    super(
      "wheel",
      `the wheel ${label} cannot be used: ${needed}, and compiled packages cannot be loaded by the sandbox`,
    );
    this.needed = needed;
  }
}

/** A wheel in memory. Each file is checked against RECORD as it is read. */
export class Wheel {
  readonly metadata: Metadata;
  /** Its METADATA, as it is. */
  readonly metadataText: string;
  /** `name-1.0.dist-info` */
  readonly infoDirectory: string;
  readonly #archive: ZipArchive;
  readonly #record: ReadonlyMap<string, RecordedFile>;
  readonly #label: string;

  private constructor(
    archive: ZipArchive,
    record: ReadonlyMap<string, RecordedFile>,
    info: { directory: string; metadataText: string; label: string },
  ) {
    this.#archive = archive;
    this.#record = record;
    this.#label = info.label;
    this.infoDirectory = info.directory;
    this.metadataText = info.metadataText;
    this.metadata = parseMetadata(info.metadataText, info.label);
  }

  /** Throws `wheel` for what is not a well-formed wheel of the name and version that `fileName` says. */
  static async open(fileName: string, bytes: Uint8Array, limits?: ArchiveLimits): Promise<Wheel> {
    const named = parseWheelName(fileName);
    if (named === undefined) throw unusable(fileName, "its name does not have the form of a wheel's");
    const archive = new ZipArchive(bytes, fileName, limits);
    const directory = infoDirectory(archive, named, fileName);
    const text = async (name: string): Promise<string> =>
      new TextDecoder().decode(await archive.read(`${directory}/${name}`));
    checkWheelFile(await text("WHEEL"), fileName);
    const record = parseRecord(await text("RECORD"));
    const wheel = new Wheel(archive, record, {
      directory,
      metadataText: await text("METADATA"),
      label: fileName,
    });
    const { metadata } = wheel;
    if (metadata.name !== named.name || metadata.version.publicText !== named.version.publicText)
      throw unusable(fileName, `it holds ${metadata.name} ${metadata.version.text} instead`);
    await wheel.#refuseCompiled();
    return wheel;
  }

  /** Compiled files that the package does without. */
  get leftOut(): string[] {
    return [...this.#archive.files.keys()].filter(isCompiled);
  }

  /** What is to be installed; scripts and headers have no use in the sandbox and are left out. */
  files(): WheelFile[] {
    const files: WheelFile[] = [];
    for (const source of this.#archive.files.keys()) {
      if (source === `${this.infoDirectory}/RECORD` || isSignature(source, this.infoDirectory)) continue;
      const target = this.#target(source);
      if (target === undefined) continue;
      const hash = this.#record.get(source)?.hash;
      if (hash === undefined || !isStrongHash(hash.algorithm))
        throw unusable(this.#label, `its RECORD has no SHA-256 of ${source}`);
      files.push({ target, source, hash });
    }
    return files;
  }

  async read(file: WheelFile): Promise<Uint8Array> {
    const bytes = await this.#archive.read(file.source);
    const found = (await digest(file.hash.algorithm, bytes)).toString("base64url");
    if (found !== file.hash.digest)
      throw unusable(this.#label, `its file ${file.source} is not what its RECORD says`);
    return bytes;
  }

  #target(source: string): string | undefined {
    const dataDirectory = this.infoDirectory.replace(/dist-info$/, "data");
    if (isCompiled(source)) return undefined;
    if (!source.startsWith(`${dataDirectory}/`)) return source;
    const [, kind, rest] = /^[^/]+\/([^/]+)\/(.+)$/.exec(source) ?? [];
    return kind === "purelib" || kind === "platlib" ? rest : undefined;
  }

  async #refuseCompiled(): Promise<void> {
    if (this.leftOut.length === 0) return;
    const needed = await neededCompiledParts([...this.#archive.files.keys()], async (file) =>
      new TextDecoder().decode(await this.#archive.read(file)),
    );
    if (needed !== undefined) throw new CompiledWheelError(this.#label, needed);
  }
}

function unusable(label: string, why: string): PackageError {
  return new PackageError("wheel", `the wheel ${label} cannot be used: ${why}`);
}

function infoDirectory(archive: ZipArchive, named: WheelName, label: string): string {
  const directories = new Set(
    [...archive.files.keys()].map((file) => file.split("/")[0]!).filter((top) => top.endsWith(".dist-info")),
  );
  const [directory] = directories;
  if (directory === undefined || directories.size > 1)
    throw unusable(label, `it must have one .dist-info directory and has ${directories.size}`);
  const [name, version] = directory.slice(0, -".dist-info".length).split("-");
  const fits =
    normalizeName(name!) === named.name &&
    parseVersion(version ?? "")?.publicText === named.version.publicText;
  if (!fits) throw unusable(label, `its ${directory} belongs to another package`);
  return directory;
}

function checkWheelFile(text: string, label: string): void {
  const version = readHeaders(text).get("wheel-version")?.[0];
  if (!version?.startsWith("1."))
    throw unusable(label, `its format is of version ${version ?? "unknown"}, and 1 is the one that is known`);
}

function isSignature(file: string, directory: string): boolean {
  return file === `${directory}/RECORD.jws` || file === `${directory}/RECORD.p7s`;
}
