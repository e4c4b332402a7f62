import type { FileStore, ProjectFile } from "../package-index/index.ts";
import { digest, parseWheelName, Wheel } from "../wheel/index.ts";
import type { AllowedHashes } from "./allowed-hashes.ts";

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

  async open(file: ProjectFile): Promise<OpenedWheel> {
    this.#report(`fetching ${file.fileName}`);
    const bytes = await this.#files.wheel(file);
    await this.#hashes.check(parseWheelName(file.fileName)!.name, file.fileName, bytes);
    const wheel = await Wheel.open(file.fileName, bytes);
    return { wheel, wheelSha256: (await digest("sha256", bytes)).toString("hex") };
  }
}
