import type { Logger, RandomBytes } from "../foundation/index.ts";
import type { ObjectStore } from "../object-store/index.ts";
import { encodeInTurns } from "./encode-in-turns.ts";
import { InconsistentLogError, LogDamagedError, SecondWriterError } from "./errors.ts";
import {
  decodeHeader,
  decodeOperations,
  type EncodedFile,
  encodeFile,
  encodeLines,
  type FileHeader,
  linesOf,
  SEQUENCE_OFFSET,
} from "./format.ts";

/** Where a log lies and how its files are told from others. */
export interface CommitLogLayout {
  /** What the log is about, for messages: `catalog`. */
  readonly subject: string;
  readonly directory: string;
  /** Of the files that hold one commit each. */
  readonly extension: string;
  /** Eight characters each. */
  readonly logMagic: string;
  readonly checkpointMagic: string;
}

export interface CommitLogOptions {
  readonly store: ObjectStore;
  readonly layout: CommitLogLayout;
  readonly random: RandomBytes;
  readonly logger: Logger;
}

const COMMITS_A_CHECKPOINT = 100;
const FILES_READ_AT_ONCE = 16;
/** Each lost attempt read what another process has committed: one that still goes on then is no sleeper. */
const MAX_TAKE_OVER_ATTEMPTS = 20;
/** Each lost attempt met a write that came late: there are not that many. */
const MAX_REPLACE_ATTEMPTS = 20;

/**
 * A log of commits in the object store, each a list of operations, with a checkpoint now and then: operations that
 * build the same from nothing. One process writes at a time; one that was overtaken is told so by its next commit.
 */
export class CommitLog<Operation> {
  readonly #store: ObjectStore;
  readonly #layout: CommitLogLayout;
  readonly #logger: Logger;
  readonly #writer: bigint;
  #attempts = 0;
  #sequence = 0;
  /** Logs up to here may be gone: what the checkpoint before the last one held. */
  #previousCheckpoint = 0;
  #lastCheckpoint = 0;
  /** When the last attempt at a checkpoint was made; a failed one is not repeated with each commit. */
  #triedCheckpoint = 0;
  #checkpoint: Promise<void> | undefined;
  #isSettled = true;
  #hasAppended = false;

  constructor(options: CommitLogOptions) {
    this.#store = options.store;
    this.#layout = options.layout;
    this.#logger = options.logger;
    this.#writer = Buffer.from(options.random(8)).readBigUInt64LE();
  }

  /** Of the last commit; 0 when there is none. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Reads the log; `apply` gets the checkpoint's operations first, then every commit's. It may throw
   * InconsistentLogError. What was read is durable when it resolves. Rejects with LogDamagedError.
   */
  async load(apply: (sequence: number, operations: readonly Operation[]) => void): Promise<void> {
    await this.#loadCheckpoint(apply);
    await this.#loadLogs(apply);
  }

  /**
   * Puts a commit of no operations behind all others, unless the last one is this process's: one that slept while this
   * one took its place finds it in its way. What it commits until then still counts, and goes to `apply` as from `load`.
   */
  async takeOver(apply: (sequence: number, operations: readonly Operation[]) => void): Promise<void> {
    for (let attempt = 1; !this.#hasAppended; attempt++) {
      try {
        await this.append([]);
        apply(this.#sequence, []);
      } catch (error) {
        if (!(error instanceof SecondWriterError) || attempt === MAX_TAKE_OVER_ATTEMPTS) throw error;
        await this.#loadLogs(apply);
      }
    }
  }

  /** False after a commit that was rejected, until another one has taken its place. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /**
   * Makes a commit durable. When it rejects, the commit may or may not be found by a later `load`; the next commit of
   * this process takes its place. SecondWriterError: this process must stop.
   */
  async append(operations: readonly Operation[]): Promise<void> {
    try {
      await this.#append(operations);
      this.#isSettled = true;
      this.#hasAppended = true;
    } catch (error) {
      this.#isSettled = false;
      throw error;
    }
  }

  /** Makes sure that no rejected commit will be found: puts one of no operations in its place. */
  async settle(): Promise<void> {
    if (!this.#isSettled) await this.append([]);
  }

  async #append(operations: readonly Operation[]): Promise<void> {
    const sequence = this.#sequence + 1;
    const key = this.#logKey(sequence);
    const bytes = encodeFile(this.#layout.logMagic, this.#header(sequence), [encodeLines(operations)]);
    if ((await this.#store.put(key, bytes, { ifNoneMatch: true })) !== "written") {
      await this.#replaceOwn(sequence, bytes);
    }
    this.#sequence = sequence;
  }

  /**
   * Takes the place of what an attempt left that was reported as failed although the store had taken it. Each put names
   * what it replaces: one that fails and comes late finds something else there, and leaves it.
   */
  async #replaceOwn(sequence: number, bytes: Uint8Array): Promise<void> {
    const key = this.#logKey(sequence);
    for (let attempt = 1; attempt <= MAX_REPLACE_ATTEMPTS; attempt++) {
      const present = await this.#store.get(key);
      if (present === undefined) throw new Error(`the store holds ${key} and does not give it out`);
      // This very attempt: the answer was lost.
      if (Buffer.compare(present, bytes) === 0) return;
      this.#refuseSecondWriter(key, present);
      await this.#refuseLog(sequence + 1);
      if ((await this.#store.put(key, bytes, { ifUnchanged: present })) === "written") return;
    }
    throw new Error(`${key} changes all the time`);
  }

  /** Rejects with SecondWriterError when another process has committed since this one did. */
  async checkOnlyWriter(): Promise<void> {
    await this.#refuseLog(this.#sequence + 1);
  }

  /** After a commit: writes a checkpoint in the background when one is due. `operations` must not change meanwhile. */
  checkpointIfDue(operations: () => Iterable<Operation>): void {
    const newest = Math.max(this.#lastCheckpoint, this.#triedCheckpoint);
    if (this.#checkpoint !== undefined || this.#sequence - newest < COMMITS_A_CHECKPOINT) return;
    this.#triedCheckpoint = this.#sequence;
    this.#checkpoint = this.#writeCheckpoint(this.#sequence, operations())
      .catch((error: unknown) => {
        // The logs hold everything: the next checkpoint tries again.
        const message = `cannot write the checkpoint of the ${this.#layout.subject} log`;
        this.#logger.warn(message, { error: String(error) });
      })
      .finally(() => {
        this.#checkpoint = undefined;
      });
  }

  /** Resolves when no checkpoint is under way. */
  async idle(): Promise<void> {
    await this.#checkpoint;
  }

  async #loadCheckpoint(apply: (sequence: number, operations: readonly Operation[]) => void): Promise<void> {
    const key = this.#checkpointKey();
    const bytes = await this.#store.get(key);
    if (bytes === undefined) return;
    const file = this.#file(key, bytes);
    const { sequence } = decodeHeader(this.#layout.checkpointMagic, file);
    applyFile(file, (operations) => apply(sequence, operations as readonly Operation[]));
    this.#sequence = sequence;
    this.#lastCheckpoint = sequence;
  }

  async #loadLogs(apply: (sequence: number, operations: readonly Operation[]) => void): Promise<void> {
    const keys = (await this.#store.list(`${this.#layout.directory}/logs/`))
      .map(({ key }) => key)
      .filter((key) => this.#sequenceOf(key) > this.#sequence);
    for (let at = 0; at < keys.length; at += FILES_READ_AT_ONCE) {
      const some = keys.slice(at, at + FILES_READ_AT_ONCE);
      const files = await Promise.all(some.map((key) => this.#store.get(key)));
      for (const [i, bytes] of files.entries()) {
        const file = this.#nextLog(some[i]!, bytes);
        const isLast = at + i === keys.length - 1;
        const sequence = this.#sequence + 1;
        applyFile(isLast ? await this.#claim(file) : file, (operations) =>
          apply(sequence, operations as readonly Operation[]),
        );
        this.#sequence = sequence;
      }
    }
  }

  /**
   * Stores the last log once more, as this process's own. One that was killed in the middle of a commit leaves a log
   * that can be read, but that a power cut would still take away, from under everything that is built on it; and its
   * next attempt at the same commit may come late. What this one has stored, no other process replaces.
   */
  async #claim(found: EncodedFile): Promise<EncodedFile> {
    let file = found;
    const { key } = found;
    for (let attempt = 1; attempt <= MAX_REPLACE_ATTEMPTS; attempt++) {
      const bytes = encodeFile(this.#layout.logMagic, this.#header(this.#sequence + 1), [linesOf(file)]);
      if ((await this.#store.put(key, bytes, { ifUnchanged: file.bytes })) === "written")
        return { ...file, bytes };
      file = this.#nextLog(key, await this.#store.get(key));
      // The answer was lost.
      if (Buffer.compare(file.bytes, bytes) === 0) return file;
    }
    throw new SecondWriterError(key);
  }

  /** The file, if it is intact and the next one. */
  #nextLog(key: string, bytes: Uint8Array | undefined): EncodedFile {
    const sequence = this.#sequenceOf(key);
    if (sequence !== this.#sequence + 1) throw this.#missing(this.#logKey(this.#sequence + 1));
    if (bytes === undefined) throw this.#missing(key);
    const file = this.#file(key, bytes);
    if (decodeHeader(this.#layout.logMagic, file).sequence !== sequence) {
      const reason = "it holds another commit than its name says";
      throw new LogDamagedError(this.#layout.subject, key, SEQUENCE_OFFSET, reason);
    }
    return file;
  }

  /** Stores everything in one file and removes the logs that the checkpoint before it made superfluous. */
  async #writeCheckpoint(sequence: number, operations: Iterable<Operation>): Promise<void> {
    const bytes = await encodeInTurns(this.#layout.checkpointMagic, this.#header(sequence), operations);
    // A process that slept while another went on must not put its old checkpoint over the newer one.
    await this.checkOnlyWriter();
    await this.#storeCheckpoint(sequence, bytes);
    this.#previousCheckpoint = this.#lastCheckpoint;
    this.#lastCheckpoint = sequence;
    await this.#removeLogs();
  }

  /** Logs that a checkpoint made superfluous are gone: an older one must not take its place, however late it comes. */
  async #storeCheckpoint(sequence: number, bytes: Uint8Array): Promise<void> {
    const key = this.#checkpointKey();
    for (let attempt = 1; attempt <= MAX_REPLACE_ATTEMPTS; attempt++) {
      const present = await this.#store.get(key);
      const found = present === undefined ? 0 : this.#checkpointSequence(present);
      if (found > sequence) throw new SecondWriterError(key);
      // The answer was lost.
      if (found === sequence) return;
      const condition = present === undefined ? { ifNoneMatch: true } : { ifUnchanged: present };
      if ((await this.#store.put(key, bytes, condition)) === "written") return;
    }
    throw new Error(`${key} changes all the time`);
  }

  #checkpointSequence(bytes: Uint8Array): number {
    try {
      return decodeHeader(this.#layout.checkpointMagic, this.#file(this.#checkpointKey(), bytes)).sequence;
    } catch {
      // A damaged one is best replaced.
      return 0;
    }
  }

  /** The newest logs stay, so that a second writer that is only a little behind still meets one and stops. */
  async #removeLogs(): Promise<void> {
    for (const { key } of await this.#store.list(`${this.#layout.directory}/logs/`)) {
      if (this.#sequenceOf(key) > this.#previousCheckpoint) return;
      await this.#store.delete(key);
    }
  }

  /** Of another process; there may be none of ours either. */
  async #refuseLog(sequence: number): Promise<void> {
    const key = this.#logKey(sequence);
    const bytes = await this.#store.get(key);
    if (bytes !== undefined) this.#refuseSecondWriter(key, bytes);
  }

  #refuseSecondWriter(key: string, bytes: Uint8Array): void {
    const { writer } = decodeHeader(this.#layout.logMagic, this.#file(key, bytes));
    if (writer !== this.#writer) throw new SecondWriterError(key);
  }

  #header(sequence: number): FileHeader {
    this.#attempts = (this.#attempts + 1) >>> 0;
    return { sequence, writer: this.#writer, attempt: this.#attempts };
  }

  #file(key: string, bytes: Uint8Array): EncodedFile {
    return { subject: this.#layout.subject, key, bytes };
  }

  #missing(key: string): LogDamagedError {
    return new LogDamagedError(this.#layout.subject, key, 0, "the file is missing");
  }

  #checkpointKey(): string {
    return `${this.#layout.directory}/checkpoint`;
  }

  #logKey(sequence: number): string {
    const { directory, extension } = this.#layout;
    return `${directory}/logs/${String(sequence).padStart(20, "0")}.${extension}`;
  }

  #sequenceOf(key: string): number {
    const name = key.slice(this.#layout.directory.length + "/logs/".length);
    const digits = name.slice(0, 20);
    if (/^\d{20}$/.test(digits) && name.slice(20) === `.${this.#layout.extension}`) return Number(digits);
    const reason = "a file of this name does not belong here";
    throw new LogDamagedError(this.#layout.subject, key, 0, reason);
  }
}

/** Applies a file's operations as one commit; what does not fit is damage of this file. */
function applyFile(file: EncodedFile, apply: (operations: readonly unknown[]) => void): void {
  const operations = [...decodeOperations(file)];
  try {
    apply(operations);
  } catch (error) {
    if (!(error instanceof InconsistentLogError)) throw error;
    throw new LogDamagedError(file.subject, file.key, 0, error.message);
  }
}
