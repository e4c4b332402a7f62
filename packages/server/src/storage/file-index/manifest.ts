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
  readonly catalog: CatalogPosition;
}

/** Which catalog this is, and how far it has come. */
export interface CatalogPosition {
  readonly uuid: string;
  readonly sequence: number;
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

/**
 * Files know tables by the ids of one catalog. With another one, or an old copy, they would be taken for files of other
 * tables, or of tables that were deleted.
 */
export class CatalogBehindFilesError extends Error {
  override name = "CatalogBehindFilesError";
  /** Tells damaged files from every other failed start. */
  readonly exitCode = 3;

  constructor(contradiction: string) {
    super(
      `${contradiction}: the catalog was lost, or is an old copy or another's. ` +
        "Restore the node's `catalog` directory as it belongs to the files, " +
        "or move the `snapshots`, `dbs` and `wal` directories beside it away to start without their data",
    );
  }
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
  readonly #catalog: CatalogPosition;
  readonly #commits = new Mutex();

  private constructor(log: CommitLog<ManifestOperation>, index: FileIndex, catalog: CatalogPosition) {
    this.#log = log;
    this.index = index;
    this.#catalog = catalog;
  }

  /** Rejects with LogDamagedError or CatalogBehindFilesError. */
  static async open({ store, nodeId, random, logger, catalog }: ManifestOptions): Promise<Manifest> {
    const log = new CommitLog<ManifestOperation>({ store, layout: layoutOf(nodeId), random, logger });
    const index = new FileIndex();
    await log.load((_sequence, operations) => index.apply(operations));
    checkCatalog(index, catalog);
    return new Manifest(log, index, catalog);
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
      const operations = this.#operations(change, added);
      this.index.check(operations);
      await this.#log.append(operations);
      this.index.apply(operations);
      const committed = { added, removed };
      applied(committed);
      this.#log.checkpointIfDue(() => this.index.operations());
      return committed;
    });
  }

  /** To be called by a new owner of the node before anything else is: its predecessor may only sleep. */
  async takeOver(): Promise<void> {
    await this.#commits.run(() =>
      this.#log.takeOver((_sequence, operations) => this.index.apply(operations)),
    );
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

  #operations({ removed, snapshot }: FileChange, added: readonly DataFile[]): ManifestOperation[] {
    const { uuid, sequence } = this.#catalog;
    const operations: ManifestOperation[] = [];
    if (this.index.catalogUuid === undefined) operations.push({ op: "catalog", uuid });
    if (snapshot !== undefined) operations.push({ op: "snapshot", ...snapshot, catalogSequence: sequence });
    for (const id of removed) operations.push({ op: "remove-file", id });
    for (const file of added) operations.push(addFile(file));
    return operations;
  }
}

function checkCatalog(index: FileIndex, { uuid, sequence }: CatalogPosition): void {
  if (index.catalogUuid !== undefined && index.catalogUuid !== uuid) {
    throw new CatalogBehindFilesError(
      `the data files belong to catalog ${index.catalogUuid}, but the catalog here is ${uuid}`,
    );
  }
  if (index.catalogSequence > sequence) {
    throw new CatalogBehindFilesError(
      `the catalog ends at commit ${sequence}, but there are data files of commit ${index.catalogSequence}`,
    );
  }
}
