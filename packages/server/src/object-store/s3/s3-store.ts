import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { S3Config } from "../../config/index.ts";
import { type Clock, type RandomBytes, systemClock, systemRandom } from "../../foundation/index.ts";
import { type FileSystem, nodeFileSystem } from "../file-system.ts";
import type { ObjectInfo, ObjectRange, ObjectStore, PutAnswer, PutOptions, RangeReader } from "../types.ts";
import { readBody } from "./body.ts";
import { connect, type S3Connection } from "./connection.ts";
import { CredentialsFile } from "./credentials.ts";
import { isMissingObject, isRefusal, isTransient, S3Error, statusOf, TruncatedError } from "./failures.ts";
import { type Attempt, Retries } from "./retries.ts";

export interface S3StoreOptions {
  config: S3Config;
  clock?: Clock;
  random?: RandomBytes;
  fs?: FileSystem;
  wait?(delayMs: number): Promise<unknown>;
  /** An attempt failed, another will follow. */
  onRetry?(error: unknown, attempt: number): void;
}

/** Of no object. */
const NO_TAG = `"${"0".repeat(32)}"`;

type Request<T> = (connection: S3Connection, attempt: Attempt) => Promise<T>;

/** Objects in a bucket of Amazon S3 or of a service that speaks its protocol. */
export class S3Store implements ObjectStore, RangeReader {
  readonly #config: S3Config;
  readonly #retries: Retries;
  readonly #credentials: CredentialsFile | undefined;
  readonly #onRetry: S3StoreOptions["onRetry"];
  /** What the service calls the objects that were read. */
  readonly #tags = new WeakMap<Uint8Array, string>();
  #connection: Promise<S3Connection> | undefined;
  #retried = 0;

  constructor(options: S3StoreOptions) {
    const { config, clock = systemClock, fs = nodeFileSystem } = options;
    this.#config = config;
    this.#onRetry = options.onRetry;
    if (config.credentials.kind === "file") {
      this.#credentials = new CredentialsFile({ path: config.credentials.path, fs, clock });
    }
    this.#retries = new Retries({
      requestTimeoutMs: config.requestTimeoutMs,
      maxRetries: config.maxRetries,
      retryTimeoutMs: config.retryTimeoutMs,
      clock,
      random: options.random ?? systemRandom,
      wait: options.wait ?? ((delayMs) => delay(delayMs)),
      isTransient,
      renewCredentials: async (error) => this.#renewCredentials(error),
      onRetry: (error, attempt) => {
        this.#retried++;
        this.#onRetry?.(error, attempt);
      },
    });
  }

  /** Attempts beyond the first, of all requests. */
  get retries(): number {
    return this.#retried;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return await this.#run(`read "${key}"`, async ({ sdk, client }, attempt) => {
      const command = new sdk.GetObjectCommand({ Bucket: this.#config.bucket, Key: key });
      const answer = await orMissing(client.send(command, { abortSignal: attempt.signal }));
      if (answer === undefined) return undefined;
      const bytes = await readBody(answer.Body as Readable, answer.ContentLength, attempt);
      if (answer.ETag !== undefined) this.#tags.set(bytes, answer.ETag);
      return bytes;
    });
  }

  async readRange(key: string, offset: number, length: number): Promise<ObjectRange | undefined> {
    const Range = `bytes=${offset}-${offset + length - 1}`;
    return await this.#run(`read "${key}"`, async ({ sdk, client }, attempt) => {
      const command = new sdk.GetObjectCommand({ Bucket: this.#config.bucket, Key: key, Range });
      const sent = client.send(command, { abortSignal: attempt.signal });
      const answer = await orMissing(sent).catch((error: unknown) => {
        // No range lies within an object without bytes.
        if (statusOf(error) === 416 && offset === 0) return null;
        throw error;
      });
      if (answer === undefined) return undefined;
      if (answer === null) return { bytes: new Uint8Array(0), totalBytes: 0 };
      const body = await readBody(answer.Body as Readable, answer.ContentLength, attempt);
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
      // A service without ranges sends everything.
      if (total === undefined)
        return { bytes: body.subarray(offset, offset + length), totalBytes: body.length };
      const totalBytes = Number(total);
      if (body.length !== Math.min(length, totalBytes - offset))
        throw new TruncatedError("a range came incomplete");
      return { bytes: body, totalBytes };
    });
  }

  async put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutAnswer> {
    if (options?.ifUnchanged) return await this.#putIfUnchanged(key, bytes, options.ifUnchanged);
    const Body = unshared(bytes);
    const condition = options?.ifNoneMatch ? { IfNoneMatch: "*" } : {};
    return await this.#run(`write "${key}"`, async (connection, attempt) => {
      const { sdk, client } = connection;
      attempt.transfer(Body.length);
      const command = new sdk.PutObjectCommand({ Bucket: this.#config.bucket, Key: key, Body, ...condition });
      try {
        await client.send(command, { abortSignal: attempt.signal });
        return "written";
      } catch (error) {
        if (!options?.ifNoneMatch) throw error;
        if (statusOf(error) === 412) return "exists";
        // Another write to the key is under way, which may fail yet.
        if (statusOf(error) === 409 && (await this.#isThere(key, connection, attempt))) return "exists";
        throw error;
      }
    });
  }

  async list(prefix: string): Promise<ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    let next: string | undefined;
    do {
      const page = await this.#run(`list "${prefix}"`, ({ sdk, client }, attempt) => {
        const position = next === undefined ? {} : { ContinuationToken: next };
        const command = new sdk.ListObjectsV2Command({
          Bucket: this.#config.bucket,
          Prefix: prefix,
          ...position,
        });
        return client.send(command, { abortSignal: attempt.signal });
      });
      for (const { Key, Size } of page.Contents ?? []) {
        if (Key !== undefined) found.push({ key: Key, sizeBytes: Size ?? 0 });
      }
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
    return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async delete(key: string): Promise<void> {
    await this.#run(`delete "${key}"`, async ({ sdk, client }, attempt) => {
      const command = new sdk.DeleteObjectCommand({ Bucket: this.#config.bucket, Key: key });
      await orMissing(client.send(command, { abortSignal: attempt.signal }));
    });
  }

  /**
   * Asks for writes over an object that is there, under conditions that do not hold. False when the service makes one
   * of them all the same: the object is empty then.
   */
  async heedsConditions(key: string): Promise<boolean> {
    const nothing = new Uint8Array(0);
    if ((await this.put(key, nothing, { ifNoneMatch: true })) === "written") return false;
    return (await this.#putIfTagged(key, nothing, NO_TAG)) === "changed";
  }

  /** Ends the connections; requests that are under way fail. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.client.destroy();
  }

  async #putIfUnchanged(key: string, bytes: Uint8Array, expected: Uint8Array): Promise<PutAnswer> {
    let tag = this.#tags.get(expected);
    if (tag === undefined) {
      const present = await this.get(key);
      if (present === undefined || Buffer.compare(present, expected) !== 0) return "changed";
      tag = this.#tags.get(present);
    }
    if (tag !== undefined) return await this.#putIfTagged(key, bytes, tag);
    const reason =
      "the service gives it no ETag. Use one that implements the S3 protocol with conditional writes";
    throw new S3Error(`replace "${key}"`, this.#config, new Error(reason));
  }

  async #putIfTagged(key: string, bytes: Uint8Array, tag: string): Promise<PutAnswer> {
    const Body = unshared(bytes);
    return await this.#run(`replace "${key}"`, async ({ sdk, client }, attempt) => {
      attempt.transfer(Body.length);
      const command = new sdk.PutObjectCommand({ Bucket: this.#config.bucket, Key: key, Body, IfMatch: tag });
      try {
        await client.send(command, { abortSignal: attempt.signal });
        return "written";
      } catch (error) {
        if (statusOf(error) === 412 || isMissingObject(error)) return "changed";
        throw error;
      }
    });
  }

  async #run<T>(what: string, request: Request<T>): Promise<T> {
    try {
      return await this.#retries.run(async (attempt) => request(await this.#connected(), attempt));
    } catch (error) {
      throw new S3Error(what, this.#config, error);
    }
  }

  #connected(): Promise<S3Connection> {
    this.#connection ??= connect(this.#config, this.#credentials).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  #renewCredentials(error: unknown): boolean {
    if (this.#credentials === undefined || !isRefusal(error)) return false;
    this.#credentials.forget();
    return true;
  }

  async #isThere(key: string, { sdk, client }: S3Connection, attempt: Attempt): Promise<boolean> {
    const command = new sdk.HeadObjectCommand({ Bucket: this.#config.bucket, Key: key });
    return (await orMissing(client.send(command, { abortSignal: attempt.signal }))) !== undefined;
  }
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}

/** Sockets do not take memory that threads share. */
function unshared(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? new Uint8Array(bytes) : bytes;
}
