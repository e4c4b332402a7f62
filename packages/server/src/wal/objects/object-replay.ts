import type { Logger } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import { ACCEPTED_DAMAGE_NAME, Damages } from "../damages.ts";
import { GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES } from "../segment-format.ts";
import { entriesOf } from "../segment-reader.ts";
import type { ReplayOptions, ReplayResult, Visit } from "../types.ts";
import { decodeObject, objectKey, objectNumberOf } from "./object-format.ts";

export interface ObjectReplayOptions extends ReplayOptions {
  store: ObjectStore;
  prefix: string;
  /** Go on behind damage instead of throwing. */
  recover: boolean;
  logger: Logger;
  visit: Visit;
}

export interface LogObject {
  readonly number: number;
  readonly sizeBytes: number;
}

/** Objects that are fetched before they are needed: so many, and so many bytes. */
const READ_AHEAD = 8;
const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** Reads a log of objects in order: docs/formats/wal.md, "In an object store". */
export class ObjectReplay {
  readonly #options: ObjectReplayOptions;
  #damages: Damages | undefined;
  #expected: number;
  #entries = 0;
  #groups = 0;
  #groupBytes = 0;
  #bytesRead = 0;
  #bytesTotal = 0;

  constructor(options: ObjectReplayOptions) {
    this.#options = options;
    this.#expected = options.after + 1;
  }

  /** Sequence of the group that comes next. */
  get nextSequence(): number {
    return this.#expected;
  }

  /** Of groups that were visited. */
  get visitedBytes(): number {
    return this.#groupBytes;
  }

  get result(): ReplayResult {
    return {
      entries: this.#entries,
      groups: this.#groups,
      bytes: this.#bytesRead,
      tornBytes: 0,
      lastSequence: this.#expected - 1,
    };
  }

  /** Reads what was not read yet. Resolves with all objects of the log; rejects with WalDamagedError. */
  async run(): Promise<LogObject[]> {
    const { store, prefix, after } = this.#options;
    this.#damages ??= await this.#openDamages();
    const listed = await store.list(`${prefix}/wal/`);
    const objects = listed.flatMap(({ key, sizeBytes }) => {
      const number = objectNumberOf(key);
      return number === undefined ? [] : [{ number, sizeBytes }];
    });
    if (objects.length === 0 && after > 0) {
      const reason = `it is empty, although data files hold the writes up to group ${after} of it`;
      this.#damage(0, 0, reason, 1);
    }
    await this.#read(objects.filter(({ number }) => number >= this.#expected));
    if (this.#damages.changed) await store.put(this.#damagesKey(), this.#damages.encode());
    return objects;
  }

  async #read(objects: readonly LogObject[]): Promise<void> {
    this.#bytesTotal += objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const ahead = new ReadAhead(this.#options.store, this.#options.prefix, objects);
    for (const { number, sizeBytes } of objects) {
      if (number !== this.#expected) this.#damage(this.#expected, 0, "the object is missing", number);
      await this.#deliver(number, await ahead.next());
      this.#expected = number + 1;
      this.#bytesRead += sizeBytes;
      this.#report();
    }
  }

  async #deliver(number: number, stored: Uint8Array | undefined): Promise<void> {
    const decoded =
      stored === undefined ? { offset: 0, problem: "the object is missing" } : decodeObject(stored, number);
    if ("problem" in decoded) {
      this.#damage(number, decoded.offset, decoded.problem, number + 1);
      return;
    }
    const entries = entriesOf(decoded.bytes, decoded.group);
    let step = entries.next();
    for (; !step.done; step = entries.next()) {
      await this.#options.visit(step.value);
      this.#entries++;
    }
    if (step.value !== undefined) this.#damage(number, SEGMENT_HEADER_BYTES, step.value, number + 1);
    this.#groups++;
    this.#groupBytes += decoded.bytes.length - SEGMENT_HEADER_BYTES - GROUP_HEADER_BYTES;
    await this.#options.onGroup?.(number);
  }

  #damage(segment: number, offset: number, reason: string, resumeSegment: number): void {
    const damage = { segment, offset, resumeSegment, resumeOffset: SEGMENT_HEADER_BYTES };
    this.#damages?.found(damage, reason);
  }

  async #openDamages(): Promise<Damages> {
    const { store, prefix, recover, logger } = this.#options;
    return new Damages({
      remembered: await store.get(this.#damagesKey()),
      recover,
      logger,
      nameOf: (segment) => (segment === 0 ? `${prefix}/wal` : objectKey(prefix, segment)),
    });
  }

  #damagesKey(): string {
    return `${this.#options.prefix}/wal/${ACCEPTED_DAMAGE_NAME}`;
  }

  #report(): void {
    const progress = { bytesRead: this.#bytesRead, bytesTotal: this.#bytesTotal, entries: this.#entries };
    this.#options.onProgress?.(progress);
  }
}

/** Fetches objects in order, several at a time. */
class ReadAhead {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #objects: readonly LogObject[];
  readonly #fetching: { readonly sizeBytes: number; readonly bytes: Promise<Uint8Array | undefined> }[] = [];
  #begun = 0;
  #bytes = 0;

  constructor(store: ObjectStore, prefix: string, objects: readonly LogObject[]) {
    this.#store = store;
    this.#prefix = prefix;
    this.#objects = objects;
  }

  async next(): Promise<Uint8Array | undefined> {
    this.#fetch();
    const first = this.#fetching.shift();
    if (first === undefined) return undefined;
    const bytes = await first.bytes;
    this.#bytes -= first.sizeBytes;
    return bytes;
  }

  #fetch(): void {
    while (this.#begun < this.#objects.length && this.#fetching.length < READ_AHEAD) {
      const { number, sizeBytes } = this.#objects[this.#begun]!;
      if (this.#fetching.length > 0 && this.#bytes + sizeBytes > READ_AHEAD_BYTES) return;
      const bytes = this.#store.get(objectKey(this.#prefix, number));
      // A failure counts when its turn comes, if it comes.
      bytes.catch(() => {});
      this.#fetching.push({ sizeBytes, bytes });
      this.#begun++;
      this.#bytes += sizeBytes;
    }
  }
}
