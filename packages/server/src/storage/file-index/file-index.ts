import { InconsistentLogError } from "../../commit-log/index.ts";
import { DAY_NS, type DataFile } from "../types.ts";
import { addFile, fileOf, type ManifestOperation } from "./operations.ts";

const NO_FILES: readonly DataFile[] = [];

/** The files of one table, by UTC day; lists are replaced, never changed. */
type TableDays = Map<number, readonly DataFile[]>;

/** Which data files there are, as the log of manifests tells. */
export class FileIndex {
  /** Of the last snapshot; 0 when there was none. */
  snapshot = 0;
  /** Writes up to this group of the write-ahead log are in files. */
  walSequence = 0;
  /** Of the catalog whose ids the files go by; undefined before the first commit. */
  catalogUuid: string | undefined;
  /** The catalog was at least here when the last snapshot was taken. */
  catalogSequence = 0;
  nextFileId = 1;
  #sizeBytes = 0;
  #all: readonly DataFile[] | undefined;
  readonly #byId = new Map<number, DataFile>();
  readonly #byTable = new Map<number, TableDays>();
  readonly #keys = new Set<string>();

  get fileCount(): number {
    return this.#byId.size;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** All files in order of id; the list never changes, another one takes its place. */
  files(): readonly DataFile[] {
    this.#all ??= [...this.#byId.values()];
    return this.#all;
  }

  file(id: number): DataFile | undefined {
    return this.#byId.get(id);
  }

  hasKey(key: string): boolean {
    return this.#keys.has(key);
  }

  tableIds(): Iterable<number> {
    return this.#byTable.keys();
  }

  days(tableId: number): Iterable<number> {
    return this.#byTable.get(tableId)?.keys() ?? [];
  }

  *filesOfTable(tableId: number): Generator<DataFile> {
    for (const files of this.#byTable.get(tableId)?.values() ?? []) yield* files;
  }

  /** Oldest first. */
  filesOfDay(tableId: number, day: number): readonly DataFile[] {
    return this.#byTable.get(tableId)?.get(day) ?? NO_FILES;
  }

  /** Applies a commit as a whole, or throws InconsistentLogError and stays as it is. */
  apply(operations: readonly ManifestOperation[]): void {
    this.check(operations);
    for (const operation of operations) this.#applyOne(operation);
    this.#all = undefined;
  }

  /** Throws InconsistentLogError when the commit does not fit. */
  check(operations: readonly ManifestOperation[]): void {
    const removed = new Set<number>();
    const added: DataFile[] = [];
    const keys = new Set<string>();
    let nextFileId = this.nextFileId;
    for (const operation of operations) {
      switch (operation.op) {
        case "catalog":
          if (this.catalogUuid !== undefined) throw new InconsistentLogError("its catalog was named before");
          break;
        case "snapshot":
          this.#checkSnapshot(operation.number, operation.walSequence);
          break;
        case "add-file": {
          const file = fileOf(operation);
          if (!(file.id >= nextFileId))
            throw new InconsistentLogError(`file id ${file.id} was given out before`);
          if (this.#keys.has(file.key) || keys.has(file.key)) {
            throw new InconsistentLogError(`file ${file.key} is added twice`);
          }
          checkFile(file);
          nextFileId = file.id + 1;
          keys.add(file.key);
          added.push(file);
          break;
        }
        case "remove-file":
          if (!this.#byId.has(operation.id) || removed.has(operation.id)) {
            throw new InconsistentLogError(`file ${operation.id} is removed, but not there`);
          }
          removed.add(operation.id);
          break;
        case "next-file-id":
          if (operation.id < nextFileId)
            throw new InconsistentLogError(`file id ${operation.id} was given out before`);
          break;
        default:
          throw new InconsistentLogError(`unknown operation '${(operation as { op: string }).op}'`);
      }
    }
    this.#checkSnapshotRanges(added, removed);
  }

  /** The operations that build this index from nothing. */
  *operations(): Generator<ManifestOperation> {
    const { snapshot, walSequence, catalogUuid, catalogSequence, nextFileId } = this;
    // A list of its own: the index may change while a checkpoint takes its time.
    const files = this.files();
    if (catalogUuid !== undefined) yield { op: "catalog", uuid: catalogUuid };
    if (snapshot > 0) yield { op: "snapshot", number: snapshot, walSequence, catalogSequence };
    for (const file of files) yield addFile(file);
    yield { op: "next-file-id", id: nextFileId };
  }

  #checkSnapshot(number: number, walSequence: number): void {
    if (!(number > this.snapshot)) throw new InconsistentLogError(`snapshot ${number} was taken before`);
    if (!(walSequence >= this.walSequence)) {
      throw new InconsistentLogError(`snapshot ${number} ends at an earlier write than the one before`);
    }
  }

  /** Among files of a table and day, the later wins: they must be in one order. */
  #checkSnapshotRanges(added: readonly DataFile[], removed: ReadonlySet<number>): void {
    const together = new Map<string, DataFile[]>();
    for (const file of added) {
      const place = `${file.tableId}/${file.day}`;
      const known = together.get(place) ?? [...this.filesOfDay(file.tableId, file.day)];
      if (!together.has(place)) together.set(place, known);
      known.push(file);
    }
    for (const files of together.values()) {
      const kept = files.filter(({ id }) => !removed.has(id)).sort(bySnapshot);
      for (let i = 1; i < kept.length; i++) {
        if (kept[i - 1]!.lastSnapshot < kept[i]!.firstSnapshot) continue;
        throw new InconsistentLogError(`files ${kept[i - 1]!.id} and ${kept[i]!.id} hold the same snapshot`);
      }
    }
  }

  #applyOne(operation: ManifestOperation): void {
    switch (operation.op) {
      case "catalog":
        this.catalogUuid = operation.uuid;
        break;
      case "snapshot":
        this.catalogSequence = operation.catalogSequence;
        this.snapshot = operation.number;
        this.walSequence = operation.walSequence;
        break;
      case "add-file":
        this.#add(fileOf(operation));
        break;
      case "remove-file":
        this.#remove(this.#byId.get(operation.id)!);
        break;
      case "next-file-id":
        this.nextFileId = operation.id;
        break;
    }
  }

  #add(file: DataFile): void {
    this.nextFileId = file.id + 1;
    this.#byId.set(file.id, file);
    this.#keys.add(file.key);
    this.#sizeBytes += file.sizeBytes;
    const days = this.#byTable.get(file.tableId) ?? new Map<number, readonly DataFile[]>();
    this.#byTable.set(file.tableId, days);
    days.set(file.day, [...(days.get(file.day) ?? NO_FILES), file].sort(bySnapshot));
  }

  #remove(file: DataFile): void {
    this.#byId.delete(file.id);
    this.#keys.delete(file.key);
    this.#sizeBytes -= file.sizeBytes;
    const days = this.#byTable.get(file.tableId)!;
    const rest = days.get(file.day)!.filter(({ id }) => id !== file.id);
    if (rest.length > 0) days.set(file.day, rest);
    else days.delete(file.day);
    if (days.size === 0) this.#byTable.delete(file.tableId);
  }
}

function checkFile(file: DataFile): void {
  const within = (timeNs: bigint): boolean => {
    const sinceStart = timeNs - BigInt(file.day) * DAY_NS;
    return sinceStart >= 0n && sinceStart < DAY_NS;
  };
  if (!within(file.minTimeNs) || !within(file.maxTimeNs) || file.minTimeNs > file.maxTimeNs) {
    throw new InconsistentLogError(`file ${file.id} has times outside of its day`);
  }
  if (file.firstSnapshot > file.lastSnapshot) {
    throw new InconsistentLogError(`file ${file.id} begins with a later snapshot than it ends`);
  }
}

function bySnapshot(a: DataFile, b: DataFile): number {
  return a.lastSnapshot - b.lastSnapshot || a.id - b.id;
}
