import type { Clock } from "../../foundation/index.ts";
import type { ObjectInfo, ObjectRange, ObjectStore, PutAnswer, PutOptions, RangeReader } from "../types.ts";
import type { StoreFigures, StoreOperation } from "./store-figures.ts";

/** Times operations. */
class Meter {
  readonly #figures: StoreFigures;
  readonly #clock: Pick<Clock, "monotonicMs">;

  constructor(figures: StoreFigures, clock: Pick<Clock, "monotonicMs">) {
    this.#figures = figures;
    this.#clock = clock;
  }

  async time<T>(
    operation: StoreOperation,
    task: () => Promise<T>,
    sizeOf: (result: T) => number,
  ): Promise<T> {
    const beganMs = this.#clock.monotonicMs();
    try {
      const result = await task();
      this.#figures.add(operation, "success", this.#clock.monotonicMs() - beganMs, sizeOf(result));
      return result;
    } catch (error) {
      this.#figures.add(operation, "error", this.#clock.monotonicMs() - beganMs, 0);
      throw error;
    }
  }
}

/** The same store, counted. */
export class MeteredStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #meter: Meter;

  constructor(store: ObjectStore, figures: StoreFigures, clock: Pick<Clock, "monotonicMs">) {
    this.#store = store;
    this.#meter = new Meter(figures, clock);
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#meter.time(
      "get",
      () => this.#store.get(key),
      (bytes) => bytes?.length ?? 0,
    );
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutAnswer> {
    const sizeOf = (outcome: string): number => (outcome === "written" ? bytes.length : 0);
    return this.#meter.time("put", () => this.#store.put(key, bytes, options), sizeOf);
  }

  list(prefix: string): Promise<ObjectInfo[]> {
    return this.#meter.time(
      "list",
      () => this.#store.list(prefix),
      () => 0,
    );
  }

  delete(key: string): Promise<void> {
    return this.#meter.time(
      "delete",
      () => this.#store.delete(key),
      () => 0,
    );
  }
}

/** The same reader, counted. */
export class MeteredRanges implements RangeReader {
  readonly #reader: RangeReader;
  readonly #meter: Meter;

  constructor(reader: RangeReader, figures: StoreFigures, clock: Pick<Clock, "monotonicMs">) {
    this.#reader = reader;
    this.#meter = new Meter(figures, clock);
  }

  readRange(key: string, offset: number, length: number): Promise<ObjectRange | undefined> {
    const read = () => this.#reader.readRange(key, offset, length);
    return this.#meter.time("get_range", read, (range) => range?.bytes.length ?? 0);
  }
}
