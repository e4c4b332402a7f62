import type { ObjectInfo, ObjectStore, PutAnswer } from "#src/object-store/index.js";
import { SteppedClock } from "../storage-engine/clock.ts";
import { FaultNode, NODE_ID, type TestClock } from "./node.ts";

/** What goes wrong with a request. */
export type CloudFault =
  /** It fails and does nothing. */
  | "error"
  /** It fails, and was done. */
  | "error-after"
  /** It fails, and is done later: whether its condition holds is found out then. */
  | "late"
  /** It takes its time. */
  | "slow"
  /** What is read ends too early, and is an error for whoever counts. */
  | "truncated";

export type Method = "get" | "put" | "list" | "delete";

/** Turns of the event loop. */
const LATE = 40;

/** Objects in memory behind a network that does what it is told. */
export class Cloud {
  readonly #objects = new Map<string, Uint8Array>();
  /** Asked before each request. */
  fault: (method: Method, key: string) => CloudFault | undefined = () => undefined;

  /** The store as one process sees it; once it is killed, none of its requests arrives. */
  connect(): { store: ObjectStore; kill(): void } {
    let alive = true;
    const ask = <T>(method: Method, key: string, work: () => T): Promise<T> =>
      alive ? this.#ask(method, key, work) : Promise.reject(new Error("the process was killed"));
    const objects = this.#objects;
    const store: ObjectStore = {
      get: (key) => ask("get", key, () => objects.get(key)?.slice()),
      put: (key, bytes, options) => {
        const copy = bytes.slice();
        const expected = options?.ifUnchanged?.slice();
        const put = (): PutAnswer => {
          const present = objects.get(key);
          if (options?.ifNoneMatch && present !== undefined) return "exists";
          if (expected && (present === undefined || Buffer.compare(present, expected) !== 0))
            return "changed";
          objects.set(key, copy);
          return "written";
        };
        return ask("put", key, put);
      },
      list: (prefix) => ask("list", prefix, () => this.#list(prefix)),
      delete: (key) => ask("delete", key, () => void objects.delete(key)),
    };
    return {
      store,
      kill: () => {
        alive = false;
      },
    };
  }

  #list(prefix: string): ObjectInfo[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { length }]) => ({ key, sizeBytes: length }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #ask<T>(method: Method, key: string, work: () => T): Promise<T> {
    const fault = this.fault(method, key);
    if (fault === "slow") await turns(LATE);
    if (fault === "error" || fault === "truncated") throw new Error(`503: ${method} ${key} (injected)`);
    if (fault === "late") {
      void turns(LATE).then(work);
      throw new Error(`reset: ${method} ${key} (injected)`);
    }
    const answer = work();
    if (fault === "error-after") throw new Error(`500: ${method} ${key} (injected)`);
    return answer;
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export interface CloudNode {
  readonly node: FaultNode;
  kill(): void;
}

/** A node that keeps everything in a cloud. */
export async function startInCloud(cloud: Cloud): Promise<CloudNode> {
  const { store, kill } = cloud.connect();
  return { node: await startOver(store, new SteppedClock()), kill };
}

/** A node that keeps everything in a store without files. */
export async function startOver(store: ObjectStore, clock: TestClock): Promise<FaultNode> {
  const copies = new Map<string, Uint8Array>();
  const place = {
    store,
    files: {
      directories: [],
      acquire: async (keys: readonly string[]) => {
        for (const key of keys) {
          const bytes = await store.get(key);
          if (bytes === undefined) throw new Error(`${key} is missing`);
          copies.set(key, bytes);
        }
        return { paths: keys, release: () => {} };
      },
    },
    openFile: (path: string) => {
      const bytes = copies.get(path)!;
      return {
        sizeBytes: bytes.length,
        read: (offset: number, length: number) => bytes.slice(offset, offset + length),
        close: () => {},
      };
    },
    wal: {
      nodeDirectory: undefined,
      objects: { store, prefix: NODE_ID },
      wait: (delayMs: number) => new Promise<void>((resolve) => void clock.schedule(delayMs, resolve)),
    },
  };
  return await FaultNode.open(place, { clock, snapshotWalBytes: 1500 });
}
