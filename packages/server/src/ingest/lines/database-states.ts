import { DatabaseState } from "./database-state.ts";

export interface DatabaseStatesOptions {
  /** When all states together have learned more than this, they are started anew. */
  readonly maxKeyBytes: number;
  readonly maxStates: number;
  /** Whether what they know of series takes more memory than it may. */
  readonly booksAreFull: () => boolean;
}

/** The states of the databases written to lately, by name. */
export class DatabaseStates {
  readonly #states = new Map<string, DatabaseState>();
  readonly #options: DatabaseStatesOptions;
  #keyBytes = 0;

  constructor(options: DatabaseStatesOptions) {
    this.#options = options;
  }

  get(databaseName: string): DatabaseState {
    const known = this.#states.get(databaseName);
    if (known?.valid) return known;
    if (this.#states.size >= this.#options.maxStates) this.forget(this.#states.keys().next().value!);
    const state = new DatabaseState();
    this.#states.set(databaseName, state);
    return state;
  }

  /**
   * Called after each body, also after one that was refused: its keys were learned all the same. All states go, because
   * it may be those of databases that nobody writes to any more that take the room.
   */
  keepBounds(databaseName: string): void {
    const state = this.#states.get(databaseName);
    if (state !== undefined) this.#keyBytes += state.countKeys();
    if (this.#keyBytes > this.#options.maxKeyBytes || this.#options.booksAreFull()) this.forgetAll();
  }

  forget(databaseName: string): void {
    const state = this.#states.get(databaseName);
    if (state === undefined) return;
    state.close();
    this.#keyBytes -= state.countedKeyBytes;
    this.#states.delete(databaseName);
  }

  forgetAll(): void {
    for (const name of [...this.#states.keys()]) this.forget(name);
  }
}
