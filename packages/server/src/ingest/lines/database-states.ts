import { DatabaseState } from "./database-state.ts";

export interface DatabaseStatesOptions {
  /** A state that has learned more than this is started anew. */
  readonly maxKeyBytes: number;
  readonly maxStates: number;
}

/** The states of the databases written to lately, by name. */
export class DatabaseStates {
  readonly #states = new Map<string, DatabaseState>();
  readonly #options: DatabaseStatesOptions;

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

  /** Called between two bodies. */
  keepBounds(databaseName: string, state: DatabaseState): void {
    if (state.parser.keyBytes > this.#options.maxKeyBytes) this.forget(databaseName);
  }

  forget(databaseName: string): void {
    const state = this.#states.get(databaseName);
    if (state === undefined) return;
    state.close();
    this.#states.delete(databaseName);
  }

  forgetAll(): void {
    for (const name of [...this.#states.keys()]) this.forget(name);
  }
}
