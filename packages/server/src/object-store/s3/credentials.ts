import type { Clock } from "../../foundation/index.ts";
import { systemReason } from "../../foundation/index.ts";
import type { FileSystem } from "../file-system.ts";

/** As the SDK takes them. */
export interface SdkCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** A file that names no expiry is read again after this time. */
const READ_AGAIN_MS = 3_600_000;
/** Requests that are signed just before the expiry still have to arrive. */
const AHEAD_MS = 60_000;
/** A rotated file may lag behind the expiry: it is not read for each request. */
const SHORTEST_MS = 5_000;

/** The file of `--aws-credentials-file`: docs/guides/object-stores.md, "Credentials". */
export class CredentialsFile {
  readonly #path: string;
  readonly #fs: FileSystem;
  readonly #clock: Clock;
  #current: { readonly keys: SdkCredentials; readonly readAgainAtMs: number } | undefined;

  constructor(options: { path: string; fs: FileSystem; clock: Clock }) {
    this.#path = options.path;
    this.#fs = options.fs;
    this.#clock = options.clock;
  }

  async keys(): Promise<SdkCredentials> {
    const nowMs = this.#clock.nowMs();
    if (this.#current === undefined || nowMs >= this.#current.readAgainAtMs) {
      const { keys, expiryMs } = await this.#read();
      const readAgainAtMs =
        expiryMs === undefined ? nowMs + READ_AGAIN_MS : Math.max(expiryMs - AHEAD_MS, nowMs + SHORTEST_MS);
      this.#current = { keys, readAgainAtMs };
    }
    // The SDK asks again for keys that have expired, and only for those: when to read the file is decided here.
    return { ...this.#current.keys, expiration: new Date(0) };
  }

  /** The store refused the keys: the next request reads the file again. */
  forget(): void {
    this.#current = undefined;
  }

  async #read(): Promise<{ keys: SdkCredentials; expiryMs: number | undefined }> {
    const content = parse(await this.#text());
    const accessKeyId = text(content?.["aws_access_key_id"]);
    const secretAccessKey = text(content?.["aws_secret_access_key"]);
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw new CredentialsError(
        `the credentials file "${this.#path}" holds no keys: it must be a JSON object with ` +
          '"aws_access_key_id" and "aws_secret_access_key", and may have "aws_session_token" and "expiry" (Unix seconds)',
      );
    }
    const sessionToken = text(content?.["aws_session_token"]);
    const expiry = Number(content?.["expiry"] ?? undefined);
    return {
      keys: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
      expiryMs: Number.isFinite(expiry) ? expiry * 1000 : undefined,
    };
  }

  async #text(): Promise<string> {
    try {
      return Buffer.from(await this.#fs.readFile(this.#path)).toString("utf8");
    } catch (error) {
      throw new CredentialsError(
        `cannot read the credentials file "${this.#path}": ${systemReason(error)}. ` +
          "Name a file that this user can read with --aws-credentials-file",
      );
    }
  }
}

/** Without usable credentials no request is worth an attempt. */
export class CredentialsError extends Error {
  override name = "CredentialsError";
}

function parse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
