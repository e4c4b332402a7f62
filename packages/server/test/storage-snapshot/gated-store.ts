import { MemoryStore, type ObjectStore, type PutAnswer } from "#src/object-store/index.js";

/** A store whose puts wait until the test lets them end, one way or the other. */
export class GatedStore implements ObjectStore {
  readonly memory = new MemoryStore();
  readonly waiting: { key: string; succeed: () => void; fail: (error: Error) => void }[] = [];
  readonly deleted: string[] = [];
  mostWaiting = 0;

  get(key: string) {
    return this.memory.get(key);
  }

  list(prefix: string) {
    return this.memory.list(prefix);
  }

  async delete(key: string) {
    this.deleted.push(key);
    await this.memory.delete(key);
  }

  put(key: string, bytes: Uint8Array): Promise<PutAnswer> {
    return new Promise((resolve, reject) => {
      const put = {
        key,
        succeed: () => resolve(this.memory.put(key, bytes)),
        fail: (error: Error) => reject(error),
      };
      this.waiting.push(put);
      this.mostWaiting = Math.max(this.mostWaiting, this.waiting.length);
    });
  }
}
