import { Mutex, type RandomBytes, ServerError } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { CommitGroup } from "../commit-pipeline.ts";
import { SecondOwnerError } from "../errors.ts";
import { PipelinedWal, type PipelinedWalOptions, type SinkStats } from "../pipelined-wal.ts";
import type { ReplayOptions, ReplayResult, Visit, WalEvents } from "../types.ts";
import { CLAIM_BYTES, objectKey } from "./object-format.ts";
import { ObjectLog } from "./object-log.ts";
import { type LogObject, ObjectReplay } from "./object-replay.ts";

export interface ObjectWalOptions extends PipelinedWalOptions {
  store: ObjectStore;
  /** The log's objects are `<prefix>/wal/<number>.wal`. */
  prefix: string;
  random: RandomBytes;
  /** Unlike the clock's timers it keeps the process alive, which may be ending. */
  wait(delayMs: number): Promise<unknown>;
  recover: boolean;
}

/** A server that stops writes a few more groups at most before it finds out. */
const MAX_CLAIM_ATTEMPTS = 20;
/** Claims that are kept when the log is trimmed: a former owner must still run into the one that followed it. */
const KEPT_CLAIMS = 100;
const DELETES_AT_ONCE = 8;

/**
 * The write-ahead log in an object store, one object an interval: docs/formats/wal.md, "In an object store".
 *
 * A start claims the number behind the last object with an object of its own. The former owner, if it still lives,
 * asks for that number with its next group, finds it taken and stops.
 */
export class ObjectWal extends PipelinedWal<ObjectWalOptions> {
  readonly #log: ObjectLog;
  readonly #trims = new Mutex();
  /** What is in the store, oldest first. */
  #objects: LogObject[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** Groups of an epoch in which one failed are dropped. */
  #epoch = 0;
  #after = 0;
  #replayed = false;

  constructor(options: ObjectWalOptions) {
    super(options);
    const { store, prefix, clock, wait, logger, random } = options;
    const lap = Buffer.from(random(8)).readBigUInt64LE();
    this.#log = new ObjectLog({ store, prefix, lap, clock, wait, logger });
  }

  protected get sinkStats(): SinkStats {
    return { segmentsCreated: this.#log.created, segmentsRecycled: 0, retries: this.#log.retries };
  }

  async replay(visit: Visit, options: ReplayOptions): Promise<ReplayResult> {
    const { store, prefix, recover, logger } = this.options;
    this.#after = options.after;
    this.lastSequence = options.after;
    const replay = new ObjectReplay({
      ...options,
      store,
      prefix,
      recover,
      logger,
      visit,
      onGroup: (sequence) => {
        this.lastSequence = sequence;
        return options.onGroup?.(sequence);
      },
    });
    this.#objects = await replay.run();
    await this.#claim(replay);
    this.replayedBytes = replay.visitedBytes;
    this.#replayed = true;
    return replay.result;
  }

  start(events: WalEvents): void {
    if (!this.#replayed) throw new Error("the log must be replayed before it is written");
    const write = (group: CommitGroup): void => {
      const epoch = this.#epoch;
      this.#writing = this.#writing.then(() => (epoch === this.#epoch ? this.#store(group) : undefined));
    };
    this.openPipeline({ write }, events, "interval");
    // A trim that was interrupted is completed.
    if (this.#after > 0) this.trim(this.#after);
  }

  /** Removes objects. What cannot be removed now is tried again the next time. */
  protected giveBack(sequence: number): Promise<void> {
    return this.#trims.run(async () => {
      const claims = this.#objects.filter(isClaim).slice(-KEPT_CLAIMS);
      const oldestKept = claims[0]?.number ?? 0;
      const superfluous = this.#objects.filter(
        (object) => object.number <= sequence && !(isClaim(object) && object.number >= oldestKept),
      );
      const removed = new Set<LogObject>();
      for (let i = 0; i < superfluous.length; i += DELETES_AT_ONCE) {
        await Promise.all(
          superfluous.slice(i, i + DELETES_AT_ONCE).map((object) => this.#remove(object, removed)),
        );
      }
      this.#objects = this.#objects.filter((object) => !removed.has(object));
    });
  }

  protected endSink(): undefined {
    return undefined;
  }

  protected override abandonSink(): void {
    this.#log.stop();
  }

  /** Takes the log over, behind everything that the former owner has written until then. */
  async #claim(replay: ObjectReplay): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#log.continueAt(replay.nextSequence);
      try {
        const number = await this.#log.append([], 0);
        this.#created(number, CLAIM_BYTES);
        this.lastSequence = number;
        return;
      } catch (error) {
        if (!(error instanceof SecondOwnerError)) {
          throw new ServerError("wal_write_failed", { detail: (error as Error).message }, undefined, error);
        }
        if (attempt === MAX_CLAIM_ATTEMPTS) throw new ServerError("wal_second_owner", { file: error.file });
      }
      this.#objects = await replay.run();
    }
  }

  async #store({ entries, payloadBytes }: CommitGroup): Promise<void> {
    const { clock, logger } = this.options;
    const beganMs = clock.monotonicMs();
    try {
      const sequence = await this.#log.append(entries, payloadBytes);
      this.#created(sequence, CLAIM_BYTES + payloadBytes);
      this.pipeline?.stored({ sequence, syncMs: clock.monotonicMs() - beganMs });
    } catch (error) {
      this.#epoch++;
      if (error instanceof SecondOwnerError) {
        this.fail(new ServerError("wal_second_owner", { file: error.file }));
        return;
      }
      logger.error("cannot write to the write-ahead log", { error: (error as Error).message });
      this.pipeline?.failed(error as Error);
    }
  }

  /** Numbers that were passed over are groups that arrived after they were given up. */
  #created(number: number, sizeBytes: number): void {
    const last = this.#objects.at(-1)?.number ?? number;
    for (let passed = last + 1; passed < number; passed++) {
      this.#objects.push({ number: passed, sizeBytes: Number.NaN });
    }
    this.#objects.push({ number, sizeBytes });
  }

  async #remove(object: LogObject, removed: Set<LogObject>): Promise<void> {
    const { store, prefix, logger } = this.options;
    const key = objectKey(prefix, object.number);
    try {
      await store.delete(key);
      removed.add(object);
    } catch (error) {
      logger.warn("cannot remove a part of the write-ahead log yet", {
        key,
        error: (error as Error).message,
      });
    }
  }
}

function isClaim(object: LogObject): boolean {
  return object.sizeBytes === CLAIM_BYTES;
}
