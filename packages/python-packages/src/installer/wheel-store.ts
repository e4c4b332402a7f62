import { PackageError } from "../foundation/index.ts";
import { type FileStore, type ProjectFile, TooLargeError } from "../package-index/index.ts";
import { CompiledWheelError, digest, parseWheelName, Wheel } from "../wheel/index.ts";
import type { AllowedHashes } from "./allowed-hashes.ts";

/** Packages that do without their compiled parts are small; others are not fetched as a whole to find it out. */
const MAX_PROBED_BYTES = 4 * 2 ** 20;

export interface OpenedWheel {
  readonly wheel: Wheel;
  readonly wheelSha256: string;
}

/** Fetched wheels, proved by the hashes of index and requirements file. */
export class WheelStore {
  readonly #files: FileStore;
  readonly #hashes: AllowedHashes;
  readonly #report: (message: string) => void;

  constructor(files: FileStore, hashes: AllowedHashes, report: (message: string) => void) {
    this.#files = files;
    this.#hashes = hashes;
    this.#report = report;
  }

  async open(file: ProjectFile, maxBytes?: number): Promise<OpenedWheel> {
    if (!this.#files.has(file)) this.#report(`fetching ${file.fileName}`);
    const bytes = await this.#files.wheel(file, maxBytes);
    await this.#hashes.check(parseWheelName(file.fileName)!.name, file.fileName, bytes);
    const wheel = await Wheel.open(file.fileName, bytes);
    return { wheel, wheelSha256: (await digest("sha256", bytes)).toString("hex") };
  }

  /** Opens a wheel to install it. */
  async openToInstall(file: ProjectFile): Promise<OpenedWheel> {
    const opened = await this.open(file);
    const { metadata, leftOut } = opened.wheel;
    if (leftOut.length > 0)
      this.#report(
        `${metadata.name} is installed without its compiled parts, which it does without: ${leftOut.join(", ")}`,
      );
    return opened;
  }

  /** What a wheel with compiled parts cannot do without, as a sentence; undefined if it can do without all. */
  async neededCompiledParts(file: ProjectFile): Promise<string | undefined> {
    try {
      await this.open(file, MAX_PROBED_BYTES);
      return undefined;
    } catch (error) {
      if (error instanceof CompiledWheelError) return error.needed;
      if (error instanceof PackageError && error.cause instanceof TooLargeError)
        return "most of it is compiled";
      throw error;
    }
  }
}
