import { FileStore, StoredFiles } from "#src/object-store/index.js";
import { countingRandom } from "../storage-engine/rig.ts";
import {
  type DiskStep,
  type Fault,
  fileSystemsOf,
  KILLED,
  type VirtualDisk,
} from "../support/virtual-disk/index.ts";
import { inlineWorker } from "../wal/rig.ts";
import { FaultNode, NODE_ID, type NodeOptions, type Place } from "./node.ts";

const ROOT = "/data";

/** A process over a disk. When it is killed, nothing it still has in hand reaches the disk. */
export class DiskProcess {
  readonly place: Place;
  /** Resolves at its end. */
  readonly death: Promise<void>;
  #die: () => void = () => {};
  #alive = true;
  #operationsLeft = Number.POSITIVE_INFINITY;
  #lastStep: DiskStep | undefined;
  readonly #store: FileStore;

  constructor(disk: VirtualDisk, fault: Fault = () => undefined) {
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
    const { wal, objects } = fileSystemsOf(disk, (step, path) => {
      if (step === this.#lastStep) this.#operationsLeft = 1;
      if (step !== "read" && --this.#operationsLeft < 0) this.kill();
      return this.#alive ? fault(step, path) : KILLED;
    });
    this.#store = new FileStore({ root: ROOT, fs: objects, random: countingRandom });
    this.place = {
      store: this.#store,
      files: new StoredFiles(ROOT, `${NODE_ID}/dbs/`),
      openFile: (path) => {
        const file = disk.fileOf(path);
        if (file === undefined) throw new Error(`${path} is missing`);
        const bytes = disk.contentOf(file).view().slice();
        return {
          sizeBytes: bytes.length,
          read: (offset, length) => bytes.slice(offset, offset + length),
          close: () => {},
        };
      },
      wal: { nodeDirectory: `${ROOT}/${NODE_ID}`, fs: wal, startWorker: inlineWorker(wal) },
    };
    if (!disk.isDirectory(ROOT)) disk.makeDirectory(ROOT, true);
  }

  get alive(): boolean {
    return this.#alive;
  }

  async start(options?: NodeOptions): Promise<FaultNode> {
    await this.#store.removeLeftovers(NODE_ID);
    return await FaultNode.open(this.place, options);
  }

  /** It is killed as soon as it has done so many more operations. */
  killAfter(operations: number): void {
    this.#operationsLeft = operations;
  }

  /** It is killed when it has done such an operation, before it does another one. */
  killBehind(step: DiskStep): void {
    this.#lastStep = step;
  }

  kill(): void {
    this.#alive = false;
    this.#die();
  }
}
