import type { ObjectStore } from "../types.ts";
import { type Heartbeat, type LockPlace, lockName, lockNumber } from "./lock-place.ts";

export interface ObjectLockPlaceOptions {
  store: ObjectStore;
  nodeId: string;
  /** For messages: `bucket "b"`. */
  storeName: string;
}

/**
 * Locks as objects. A beat writes the lock anew with a count. One that comes late, from an owner that was taken for
 * dead, may bring a lock back that was removed: that does no harm, because only the highest number owns.
 */
export class ObjectLockPlace implements LockPlace {
  readonly name: string;
  readonly options = "--node-id or --bucket";
  /** Requests cost money and time: beats are rarer than those on a disk. */
  readonly heartbeat: Heartbeat = { intervalMs: 5_000, silenceMs: 20_000, watchMs: 1_000 };
  readonly #store: ObjectStore;
  readonly #prefix: string;
  #beats = 0;

  constructor({ store, nodeId, storeName }: ObjectLockPlaceOptions) {
    this.#store = store;
    this.#prefix = `${nodeId}/owner/`;
    this.name = `node "${nodeId}" in ${storeName}`;
  }

  async numbers(): Promise<number[]> {
    const found = await this.#store.list(this.#prefix);
    return found.map(({ key }) => lockNumber(key.slice(this.#prefix.length))).filter((n) => n !== undefined);
  }

  async create(number: number, content: Uint8Array): Promise<boolean> {
    if ((await this.#store.put(this.keyOf(number), content, { ifNoneMatch: true })) === "written")
      return true;
    // Ours, when the answer to an earlier attempt was lost: the content has a nonce.
    const found = await this.read(number);
    return found !== undefined && Buffer.compare(found, content) === 0;
  }

  read(number: number): Promise<Uint8Array | undefined> {
    return this.#store.get(this.keyOf(number));
  }

  async replace(number: number, content: Uint8Array): Promise<void> {
    await this.#store.put(this.keyOf(number), content);
  }

  remove(number: number): Promise<void> {
    return this.#store.delete(this.keyOf(number));
  }

  async beat(number: number, content: Uint8Array): Promise<boolean> {
    const text = JSON.stringify({
      ...JSON.parse(Buffer.from(content).toString("utf8")),
      beat: ++this.#beats,
    });
    await this.#store.put(this.keyOf(number), Buffer.from(text));
    return true;
  }

  async pulse(number: number): Promise<string | undefined> {
    const content = await this.read(number);
    return content && Buffer.from(content).toString("latin1");
  }

  fileOf(): undefined {
    return undefined;
  }

  keyOf(number: number): string {
    return this.#prefix + lockName(number);
  }
}
