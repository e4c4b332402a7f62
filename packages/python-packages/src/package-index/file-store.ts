import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PackageError, reasonOf, shownUrl } from "../foundation/index.ts";
import { digest, isStrongHash } from "../wheel/index.ts";
import type { HttpClient } from "./http-client.ts";
import type { ProjectFile } from "./project-file.ts";
import { TooLargeError } from "./transport.ts";

const MAX_WHEEL_BYTES = 256 * 2 ** 20;
const MAX_METADATA_BYTES = 4 * 2 ** 20;
/** Wheels that were read for their metadata are kept up to here, so that they need not be fetched again. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Fetches files and proves that they are what the index promised. */
export class FileStore {
  readonly #client: HttpClient;
  readonly #kept = new Map<string, Uint8Array>();
  #keptBytes = 0;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** Whether a file need not be fetched any more. */
  has(file: ProjectFile): boolean {
    return this.#kept.has(file.url);
  }

  /** Throws an error with a TooLargeError as its cause if the file is larger than `maxBytes`. */
  async wheel(file: ProjectFile, maxBytes: number = MAX_WHEEL_BYTES): Promise<Uint8Array> {
    const known = this.#kept.get(file.url);
    if (known !== undefined) return known;
    const bytes = await this.#fetch(file.url, maxBytes);
    await checkHashes(bytes, file.hashes, file.fileName);
    if (this.#keptBytes + bytes.length <= KEPT_BYTES) {
      this.#kept.set(file.url, bytes);
      this.#keptBytes += bytes.length;
    }
    return bytes;
  }

  /** The METADATA that lies beside the file; undefined if there is none. */
  async metadata(file: ProjectFile): Promise<string | undefined> {
    if (file.metadataHashes === undefined || this.#kept.has(file.url)) return undefined;
    const url = new URL(file.url);
    url.pathname += ".metadata";
    const bytes = await this.#fetch(url.href, MAX_METADATA_BYTES);
    await checkHashes(bytes, file.metadataHashes, `${file.fileName}.metadata`);
    return new TextDecoder().decode(bytes);
  }

  async #fetch(url: string, maxBytes: number): Promise<Uint8Array> {
    if (url.startsWith("file:")) return await readLocal(url, maxBytes);
    const fetched = await this.#client.get(url, "*/*", maxBytes);
    if (fetched === undefined) throw new PackageError("index", `${shownUrl(url)} does not exist`);
    return fetched.body;
  }
}

/** Throws `index` unless the bytes have every one of these hashes that proves something. */
export async function checkHashes(
  bytes: Uint8Array,
  hashes: Readonly<Record<string, string>>,
  label: string,
): Promise<void> {
  for (const [algorithm, expected] of Object.entries(hashes)) {
    if (!isStrongHash(algorithm)) continue;
    const found = (await digest(algorithm, bytes)).toString("hex");
    if (found !== expected)
      throw new PackageError(
        "index",
        `${label} is not the file that was promised: its ${algorithm} is ${found} instead of ${expected}`,
      );
  }
}

async function readLocal(url: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const path = fileURLToPath(url);
    const { size } = await stat(path);
    if (size > maxBytes) throw new TooLargeError(`it is larger than the ${maxBytes} bytes that are allowed`);
    return await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = missing ? "there is no such file on the server" : reasonOf(error);
    throw new PackageError("index", `${url} could not be read: ${why}`, { cause: error });
  }
}
