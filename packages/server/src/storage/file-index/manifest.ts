import { CommitLog, type CommitLogLayout } from "../../commit-log/index.ts";
import { type Logger, Mutex, type RandomBytes } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { NewFile } from "../tasks.ts";
import type { DataFile } from "../types.ts";
import { FileIndex } from "./file-index.ts";
import { addFile, type ManifestOperation } from "./operations.ts";

export interface ManifestOptions {
  readonly store: ObjectStore;
  readonly nodeId: string;
  readonly random: RandomBytes;
  readonly logger: Logger;
}

/** One change of the files, as a whole or not at all. */
export interface FileChange {
  readonly added: readonly NewFile[];
  /** Ids. */
  readonly removed: readonly number[];
  /** The snapshot that the added files are, and the write it ends with. */
  readonly snapshot?: { readonly number: number; readonly walSequence: number };
}

/** A change that is durable. */
export interface CommittedChange {
  readonly added: readonly DataFile[];
  readonly removed: readonly DataFile[];
}

/** docs/formats/snapshot.md */
const layoutOf = (nodeId: string): CommitLogLayout => ({
  subject: "snapshot",
  directory: `${nodeId}/snapshots/v1`,
  extension: "manifest",
  logMagic: "MRSNPLOG",
  checkpointMagic: "MRSNPCHK",
});

/** The durable record of which data files belong to a node. */
export class Manifest {
  readonly index: FileIndex;
  readonly #log: CommitLog<ManifestOperation>;
  readonly #commits = new Mutex();

  private constructor(log: CommitLog<ManifestOperation>, index: FileIndex) {
    this.#log = log;
    this.index = index;
  }

  /** Rejects with LogDamagedError. */
  static async open({ store, nodeId, random, logger }: ManifestOptions): Promise<Manifest> {
    const log = new CommitLog<ManifestOperation>({ store, layout: layoutOf(nodeId), random, logger });
    const index = new FileIndex();
    await log.load((_sequence, operations) => index.apply(operations));
    return new Manifest(log, index);
  }

  /**
   * Commits what `build` makes of the index it finds; undefined: nothing is to be done. `applied` runs in the same
   * turn in which the index changes. A commit that rejects has changed nothing here, but may be found at the next
   * start: its files must stay. SecondWriterError: the process must stop.
   */
  commit(
    build: (index: FileIndex) => FileChange | undefined,
    applied: (change: CommittedChange) => void,
  ): Promise<CommittedChange | undefined> {
    return this.#commits.run(async () => {
      const change = build(this.index);
      if (change === undefined) return undefined;
      const firstId = this.index.nextFileId;
      const added = change.added.map((file, i) => ({ id: firstId + i, ...file }));
      const removed = change.removed.map((id) => this.index.file(id)!);
      const operations = operationsOf(change, added);
      this.index.check(operations);
      await this.#log.append(operations);
      this.index.apply(operations);
      const committed = { added, removed };
      applied(committed);
      this.#log.checkpointIfDue(() => this.index.operations());
      return committed;
    });
  }

  /** Writes a commit of no change: a process that believes to own the files finds it in its way. */
  async claim(): Promise<void> {
    await this.#commits.run(() => this.#log.append([]));
  }

  /** False while a rejected commit may be found at the next start: files that it names must stay. */
  get isSettled(): boolean {
    return this.#log.isSettled;
  }

  /**
   * Makes sure that what is durable is what the index says. Rejects with SecondWriterError when another process has
   * committed or claimed since this one did.
   */
  async confirm(): Promise<void> {
    await this.#commits.run(async () => {
      await this.#log.settle();
      await this.#log.checkOnlyWriter();
    });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#commits.run(() => {});
    await this.#log.idle();
  }
}

function operationsOf({ removed, snapshot }: FileChange, added: readonly DataFile[]): ManifestOperation[] {
  return [
    ...(snapshot === undefined ? [] : [{ op: "snapshot" as const, ...snapshot }]),
    ...removed.map((id) => ({ op: "remove-file" as const, id })),
    ...added.map(addFile),
  ];
}
