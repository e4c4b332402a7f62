import path from "node:path";
import { applyTorn, type Change, Content } from "./content.ts";

/** How much of what was not synced a power cut leaves: nothing, everything, or what chance decides. */
export type Cut = "nothing" | "everything" | { readonly chance: () => number };

/** One step of the tape: what a program did to the disk, in order. */
export type Operation =
  | { readonly op: "make-directory"; readonly path: string; readonly lasting: boolean }
  | { readonly op: "create"; readonly path: string; readonly file: number }
  | { readonly op: "change"; readonly file: number; readonly change: Change }
  | { readonly op: "sync"; readonly file: number; readonly failed: boolean }
  | { readonly op: "rename"; readonly from: string; readonly to: string }
  | { readonly op: "link"; readonly from: string; readonly to: string }
  | { readonly op: "unlink"; readonly path: string }
  | { readonly op: "sync-directory"; readonly path: string };

class FileNode {
  readonly content: Content;
  readonly synced: Content;
  /**
   * Changes since the first sync that failed, in order: the system may have forgotten those that it was to bring to
   * the disk, and no later sync brings them back; later changes lie over them.
   */
  readonly sinceFailure: { readonly change: Change; readonly isDoubtful: boolean }[] = [];
  /** Since the last sync. */
  pending: Change[] = [];

  constructor(content = new Content(), synced = new Content()) {
    this.content = content;
    this.synced = synced;
  }

  sync(failed: boolean): void {
    if (failed || this.sinceFailure.length > 0) {
      this.sinceFailure.push(...this.pending.map((change) => ({ change, isDoubtful: failed })));
    } else {
      for (const change of this.pending) this.synced.apply(change);
    }
    this.pending = [];
  }

  afterCut(cut: Cut): Content {
    if (cut === "everything") return this.content.copy();
    const content = this.synced.copy();
    for (const { change, isDoubtful } of this.sinceFailure) {
      if (!isDoubtful) content.apply(change);
      else if (cut !== "nothing") applyByChance(content, change, cut.chance);
    }
    if (cut === "nothing") return content;
    for (const change of this.pending) applyByChance(content, change, cut.chance);
    return content;
  }
}

function applyByChance(content: Content, change: Change, chance: () => number): void {
  const fate = chance();
  if (fate < 0.4) content.apply(change);
  else if (fate < 0.6) applyTorn(content, change, chance);
}

/** Names in directories: undefined in a step means that the name goes. */
type NameStep = readonly { readonly path: string; readonly file: number | undefined }[];

interface Entry {
  readonly isDirectory: boolean;
}

/** By directory, then by name in it. */
type Entries = Map<string, Map<string, Entry>>;

export function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}

/**
 * A disk that knows what is on it for good: contents after a sync, names after a sync of their directory. It is at
 * least as forgetful as POSIX allows, so what survives on it survives on a real one.
 */
export class VirtualDisk {
  readonly #files = new Map<number, FileNode>();
  readonly #names = new Map<string, number>();
  /** What each directory holds: of files and directories, their last names. Made when it is first asked for. */
  #entries: Entries | undefined;
  readonly #syncedNames = new Map<string, number>();
  /** By directory; a rename between two directories stands in both. */
  readonly #pendingNames = new Map<string, NameStep[]>();
  readonly #directories = new Set<string>(["/"]);
  /** Those that a power cut may take, with all that is in them, until the directory that they are in is synced. */
  readonly #pendingDirectories = new Set<string>();
  readonly tape: Operation[] = [];
  #lastFile = 0;
  /** With false the disk only pretends to sync, as a program without fsync would. */
  readonly #syncs: boolean;

  constructor(options: { syncs?: boolean } = {}) {
    this.#syncs = options.syncs ?? true;
  }

  /** Repeats an operation of another disk's tape. */
  apply(operation: Operation): void {
    switch (operation.op) {
      case "make-directory":
        this.makeDirectory(operation.path, operation.lasting);
        return;
      case "create":
        this.#create(operation.path, operation.file);
        return;
      case "change":
        this.change(operation.file, operation.change);
        return;
      case "sync":
        this.sync(operation.file, operation.failed);
        return;
      case "rename":
        this.rename(operation.from, operation.to);
        return;
      case "link":
        this.link(operation.from, operation.to);
        return;
      case "unlink":
        this.unlink(operation.path);
        return;
      case "sync-directory":
        this.syncDirectory(operation.path);
    }
  }

  /** The disk that a machine finds when the power is back. */
  afterPowerCut(cut: Cut): VirtualDisk {
    const image = new VirtualDisk();
    for (const directory of this.#directories) {
      if (this.#keepsDirectory(directory, image, cut)) image.#directories.add(directory);
    }
    for (const [name, file] of this.#namesAfter(cut)) {
      if (!image.#directories.has(path.dirname(name))) continue;
      image.#names.set(name, file);
      image.#syncedNames.set(name, file);
      if (image.#files.has(file)) continue;
      const content = this.#file(file).afterCut(cut);
      image.#files.set(file, new FileNode(content, content.copy()));
    }
    image.#lastFile = this.#lastFile;
    return image;
  }

  /** Directories come before what is in them: one that lost its own place is gone. */
  #keepsDirectory(directory: string, image: VirtualDisk, cut: Cut): boolean {
    if (directory !== "/" && !image.#directories.has(path.dirname(directory))) return false;
    if (!this.#pendingDirectories.has(directory) || cut === "everything") return true;
    return cut !== "nothing" && cut.chance() < 0.5;
  }

  /** `lasting`: what made it has made it survive a power cut. */
  makeDirectory(directory: string, lasting = false): void {
    if (this.#directories.has(directory)) return;
    this.#directories.add(directory);
    if (!lasting) this.#pendingDirectories.add(directory);
    if (this.#entries !== undefined) addEntry(this.#entries, directory, true);
    this.tape.push({ op: "make-directory", path: directory, lasting });
  }

  isDirectory(name: string): boolean {
    return this.#directories.has(name);
  }

  create(name: string): number {
    return this.#create(name, this.#lastFile + 1);
  }

  #create(name: string, file: number): number {
    this.#requireDirectory(name);
    this.#lastFile = file;
    this.#files.set(file, new FileNode());
    this.#step([{ path: name, file }]);
    this.tape.push({ op: "create", path: name, file });
    return file;
  }

  fileOf(name: string): number | undefined {
    return this.#names.get(name);
  }

  contentOf(file: number): Content {
    return this.#file(file).content;
  }

  change(file: number, change: Change): void {
    const node = this.#file(file);
    const own = change.kind === "write" ? { ...change, bytes: change.bytes.slice() } : change;
    node.content.apply(own);
    node.pending.push(own);
    this.tape.push({ op: "change", file, change: own });
  }

  sync(file: number, failed = false): void {
    this.tape.push({ op: "sync", file, failed });
    if (failed || this.#syncs) this.#file(file).sync(failed);
  }

  rename(from: string, to: string): void {
    const file = this.#require(from);
    this.#requireDirectory(to);
    this.#step([
      { path: from, file: undefined },
      { path: to, file },
    ]);
    this.tape.push({ op: "rename", from, to });
  }

  link(from: string, to: string): void {
    const file = this.#require(from);
    this.#requireDirectory(to);
    if (this.#names.has(to)) throw failure("EEXIST", to);
    this.#step([{ path: to, file }]);
    this.tape.push({ op: "link", from, to });
  }

  unlink(name: string): void {
    this.#require(name);
    this.#step([{ path: name, file: undefined }]);
    this.tape.push({ op: "unlink", path: name });
  }

  syncDirectory(directory: string): void {
    this.tape.push({ op: "sync-directory", path: directory });
    if (!this.#syncs) return;
    for (const pending of this.#pendingDirectories) {
      if (path.dirname(pending) === directory) this.#pendingDirectories.delete(pending);
    }
    for (const step of this.#pendingNames.get(directory) ?? []) applyNames(this.#syncedNames, step);
    this.#pendingNames.delete(directory);
  }

  list(directory: string): { name: string; isDirectory: boolean }[] {
    if (!this.#directories.has(directory)) throw failure("ENOENT", directory);
    this.#entries ??= this.#allEntries();
    const entries = [...(this.#entries.get(directory) ?? [])];
    return entries
      .map(([name, { isDirectory }]) => ({ name, isDirectory }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #allEntries(): Entries {
    const all: Entries = new Map();
    for (const name of this.#names.keys()) addEntry(all, name, false);
    for (const name of this.#directories) if (name !== "/") addEntry(all, name, true);
    return all;
  }

  #namesAfter(cut: Cut): Map<string, number> {
    if (cut === "everything") return this.#names;
    const names = new Map(this.#syncedNames);
    if (cut === "nothing") return names;
    const fates = new Map<NameStep, boolean>();
    for (const steps of this.#pendingNames.values()) {
      // Either the directory's changes reach the disk in order up to some point, or in any selection.
      const inOrder = cut.chance() < 0.5;
      let reached = true;
      for (const step of steps) {
        const fate: boolean =
          fates.get(step) ?? (inOrder ? reached && cut.chance() < 0.7 : cut.chance() < 0.5);
        reached = fate;
        if (fate && !fates.has(step)) applyNames(names, step);
        fates.set(step, fate);
      }
    }
    return names;
  }

  #step(step: NameStep): void {
    applyNames(this.#names, step);
    if (this.#entries !== undefined) {
      for (const { path: name, file } of step) {
        if (file === undefined) this.#entries.get(path.dirname(name))?.delete(path.basename(name));
        else addEntry(this.#entries, name, false);
      }
    }
    for (const directory of new Set(step.map((name) => path.dirname(name.path)))) {
      const steps = this.#pendingNames.get(directory) ?? [];
      steps.push(step);
      this.#pendingNames.set(directory, steps);
    }
  }

  #file(file: number): FileNode {
    const node = this.#files.get(file);
    if (node === undefined) throw failure("EBADF", `file ${file}`);
    return node;
  }

  #require(name: string): number {
    const file = this.#names.get(name);
    if (file === undefined) throw failure("ENOENT", name);
    return file;
  }

  #requireDirectory(name: string): void {
    if (!this.#directories.has(path.dirname(name))) throw failure("ENOENT", name);
  }
}

function applyNames(names: Map<string, number>, step: NameStep): void {
  for (const { path: name, file } of step) {
    if (file === undefined) names.delete(name);
    else names.set(name, file);
  }
}

function addEntry(all: Entries, name: string, isDirectory: boolean): void {
  const directory = path.dirname(name);
  const entries = all.get(directory) ?? new Map<string, Entry>();
  all.set(directory, entries.set(path.basename(name), { isDirectory }));
}
