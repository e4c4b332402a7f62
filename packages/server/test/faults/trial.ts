import assert from "node:assert/strict";
import { ServerError } from "#src/foundation/index.js";
import { settle } from "../storage-engine/clock.ts";
import { Ledger, type Sent } from "./ledger.ts";
import type { FaultNode } from "./node.ts";
import { readNode } from "./read-node.ts";
import { LineMaker, type Random } from "./workload.ts";

const DATABASE = "alpha";
const TABLES = ["t0", "t1"];
/** Longer than any pause between two attempts. */
const LONG_MS = 31_000;
/** For the answer to a request, whatever is broken. */
const LONGEST_WAIT_MS = 600_000;
const STEP_MS = 100;

/** Uses a node while something it needs is broken, and after it was mended. */
export class Trial {
  readonly ledger = new Ledger();
  readonly errors: Error[] = [];
  readonly node: FaultNode;
  /** Of writes. */
  acknowledged = 0;
  readonly #moment: () => number;
  readonly #lines: LineMaker;
  #tables = 0;
  readonly #unsettled: (() => void)[] = [];
  readonly #deleted = new Set<number>();

  /** `moment`: what the ledger tells time by. */
  constructor(node: FaultNode, random: Random, moment: () => number) {
    this.node = node;
    this.#moment = moment;
    this.#lines = new LineMaker(random);
  }

  async prepare(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.write();
      await this.#until(this.node.storage.snapshot());
    }
    await this.createTable();
    assert.deepEqual(this.errors, []);
  }

  /** Everything that a node does, whatever comes of it. */
  async struggle(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < 3; turn++)
        await this.#until(Promise.all([this.#beginWrite(), this.#beginWrite()]));
      await this.createTable();
      if (round % 3 === 1) await this.#deleteTable();
      // Refused only when everything ends.
      this.node.storage.snapshot().catch(() => {});
      await this.node.clock.advance(round % 4 === 3 ? LONG_MS : 1500);
      await this.write();
    }
  }

  /** Nothing is broken any more: after the pauses between attempts everything must work again at once. */
  async recover(): Promise<void> {
    await this.node.clock.advance(2 * LONG_MS);
    this.errors.length = 0;
    const before = this.acknowledged;
    await this.write();
    await this.createTable();
    await this.write();
    assert.deepEqual(this.errors, [], "nothing is refused any more");
    assert.equal(this.acknowledged, before + 2);
    for (const settle of this.#unsettled) settle();
    await this.#until(this.node.storage.snapshot());
    const { files, snapshots } = this.node.storage.stats;
    assert.ok(files > 0 && snapshots.tasks > 0);
    assert.equal(this.node.buffer.frozen.length, 0, "snapshots have caught up");
    assert.equal(await this.problem(), undefined);
    assert.deepEqual(this.node.fatal, []);
  }

  async problem(): Promise<string | undefined> {
    const found = await readNode(this.node);
    if (this.ledger.showsRefused(found)) return "a write that was refused is visible";
    return this.ledger.problem(found, this.#moment());
  }

  async write(): Promise<void> {
    await this.#until(this.#beginWrite());
  }

  async #beginWrite(): Promise<void> {
    const { text, line } = this.#lines.make(TABLES);
    const write = this.ledger.write(DATABASE, [line], this.#moment());
    await this.#attempt(this.node.write(DATABASE, text), write);
    if (Number.isFinite(write.ackAt)) this.acknowledged++;
  }

  async createTable(): Promise<void> {
    const table = `made${++this.#tables}`;
    const created = this.ledger.createTable(DATABASE, table, this.#moment());
    const { databaseCommands } = this.node.catalog;
    const fields = [{ name: "f", type: "int64" as const }];
    const command = databaseCommands.createTable(DATABASE, table, ["host"], fields);
    await this.#until(this.#attempt(command, created));
  }

  /** Lets time pass while somebody waits: no wait may be without an end. */
  async #until(promise: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = promise.finally(() => {
      isOver = true;
    });
    await settle();
    for (let waitedMs = 0; !isOver && waitedMs < LONGEST_WAIT_MS; waitedMs += STEP_MS)
      await this.node.clock.advance(STEP_MS);
    assert.ok(isOver, "an answer came in time");
    await over;
  }

  async #deleteTable(): Promise<void> {
    const tables = this.node.catalog.database(DATABASE)?.tables() ?? [];
    const table = [...tables].find(({ name }) => name.startsWith("made"));
    if (table === undefined) return;
    const deletion = this.ledger.deleteTable(DATABASE, table.name, this.#moment());
    const { catalog } = this.node;
    const command = catalog.databaseCommands.deleteTable(DATABASE, table.name, { kind: "now" });
    await this.#until(this.#attempt(command, deletion));
    if (Number.isFinite(deletion.ackAt)) {
      this.#deleted.add(table.id);
      return;
    }
    // It may happen yet, until another commit has taken its place.
    this.#unsettled.push(() => {
      if (this.#deleted.has(table.id)) return;
      assert.equal(catalog.tableById(table.id)?.deleted, false);
      deletion.droppedAt = this.#moment();
    });
  }

  async #attempt(promise: Promise<unknown>, sent: Sent): Promise<void> {
    try {
      await promise;
      sent.ackAt = this.#moment();
    } catch (error) {
      sent.refused = true;
      this.errors.push(error as Error);
    }
  }
}

/** Refusals of a node that cannot reach its disk say that, and why. */
export function assertExplained(errors: readonly Error[], reason: RegExp): void {
  for (const error of errors) {
    assert.ok(error instanceof ServerError, String(error.stack));
    assert.equal(error.status >= 500, true, error.message);
    if (!error.message.includes("has not confirmed a delete")) assert.match(error.message, reason);
  }
}
