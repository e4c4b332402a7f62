import type { Connection } from "./connection.ts";

/** The connections of an interpreter by the numbers that it knows them by. */
export class SocketTable {
  readonly #open = new Map<number, Connection>();
  /** Closed by the plugin, but with something left to send. */
  readonly #leaving = new Set<Connection>();
  readonly #max: number;
  #lastId = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get full(): boolean {
    return this.#open.size >= this.#max;
  }

  /** Those that leave make room for new ones, so that closing does not get around the limit. */
  add(connection: Connection): number {
    const tooMany = this.#open.size + this.#leaving.size + 1 - this.#max;
    for (const leaving of [...this.#leaving].slice(0, Math.max(0, tooMany))) leaving.destroy();
    const id = ++this.#lastId;
    this.#open.set(id, connection);
    return id;
  }

  get(id: number): Connection | undefined {
    return this.#open.get(id);
  }

  close(id: number): void {
    const connection = this.#open.get(id);
    if (connection === undefined) return;
    this.#open.delete(id);
    this.#leaving.add(connection);
    void connection.close().then(() => this.#leaving.delete(connection));
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id);
  }
}
