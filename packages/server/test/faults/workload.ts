import { SteppedClock } from "../storage-engine/clock.ts";
import type { VirtualDisk } from "../support/virtual-disk/index.ts";
import { DiskProcess } from "./disk-place.ts";
import { type Deletion, Ledger, type Line, type Sent } from "./ledger.ts";
import type { FaultNode } from "./node.ts";
import { type FoundDatabase, pointName, readNode } from "./read-node.ts";

export type Random = (bound: number) => number;

const DATABASES = ["alpha", "beta"];
const TABLES = ["t0", "t1"];
const DAY_NS = 86_400_000_000_000n;
/** The day before the clock's first one. */
const YESTERDAY_NS = BigInt(Date.parse("2026-01-01T00:00:00Z")) * 1_000_000n;
const OLD_NS = YESTERDAY_NS - 40n * DAY_NS;
const RETENTION_NS = 10n * DAY_NS;
const SNAPSHOT_WAL_BYTES = 4000;

/** Random lines of a few points, each value of its own: what is read tells who wrote it. */
export class LineMaker {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  make(tables: readonly string[]): { text: string; line: Line } {
    const random = this.#random;
    const n = ++this.#count;
    const table = tables[random(tables.length)]!;
    const tags: Record<string, string> = { host: `h${random(3)}` };
    // Tags and fields that come later are new columns of tables that have rows already.
    if (n > 40 && random(3) === 0) tags["room"] = `r${random(2)}`;
    const isOld = random(6) === 0;
    const dayNs = isOld ? OLD_NS : YESTERDAY_NS + BigInt(random(5) >> 2) * DAY_NS;
    const timeNs = dayNs + BigInt(random(6)) * 1_000_000_000n;
    const all: Record<string, [text: string, value: string]> = {
      i: [`${n}i`, `${n}`],
      f: [`${n}.5`, `${n}.5`],
      s: [`"v${n}"`, `"v${n}"`],
      u: [`${n}u`, `${n}`],
      b: [`${n % 2 === 0}`, `${n % 2 === 0}`],
      [`new${Math.floor(n / 40)}`]: [`${n}i`, `${n}`],
    };
    const names = Object.keys(all).filter(() => random(2) === 0);
    if (names.length === 0) names.push("i");
    const values = Object.fromEntries(names.map((name) => [name, all[name]![1]]));
    const tagText = Object.entries(tags).map(([name, value]) => `,${name}=${value}`);
    const fieldText = names.map((name) => `${name}=${all[name]![0]}`);
    const text = `${table}${tagText.join("")} ${fieldText.join(",")} ${timeNs}`;
    return { text, line: { table, point: pointName(tags, timeNs), values, isOld } };
  }
}

/** A node that is used, killed and started again on one disk, with a ledger of what it should have. */
export class Workload {
  readonly ledger = new Ledger();
  readonly failures: Error[] = [];
  readonly counts = { kills: 0, restarts: 0, snapshots: 0, compactions: 0, deletes: 0, writes: 0 };
  readonly #disk: VirtualDisk;
  readonly #random: Random;
  readonly #lines: LineMaker;
  readonly #pending = new Set<Promise<void>>();
  #unsettled: { deletion: Deletion; happened(node: FaultNode): boolean }[] = [];
  #process!: DiskProcess;
  #node!: FaultNode;
  #elapsedMs = 0;

  constructor(disk: VirtualDisk, random: Random) {
    this.#disk = disk;
    this.#random = random;
    this.#lines = new LineMaker(random);
  }

  async run(steps: number): Promise<void> {
    await this.#start();
    for (let step = 0; step < steps; step++) {
      if (step % 25 === 12) this.#process.killBehind(this.#oneOf(["link", "rename", "makeDirectory"]));
      if (step % 25 === 24) this.#process.killAfter(this.#random(60));
      await this.#step();
      if (!this.#process.alive) await this.#startAfterKill();
      else if (step % 40 === 39) await this.#restart();
    }
    await this.#drain();
    this.#process.kill();
    this.#countTasks();
  }

  get #moment(): number {
    return this.#disk.tape.length;
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const choice = random(100);
    if (choice < 60) await this.#write();
    else if (choice < 72) this.#attempt(this.#node.storage.snapshot(), () => {});
    else if (choice < 80) await this.#createTable();
    else if (choice < 86) await this.#setRetention();
    else if (choice < 91) await this.#deleteTable();
    else if (choice < 93) await this.#deleteDatabase();
    else await this.#advance(random(2000));
  }

  async #write(): Promise<void> {
    for (let writes = 1 + this.#random(3); writes > 0; writes--) {
      const database = this.#oneOf(DATABASES);
      const made = Array.from({ length: 1 + this.#random(3) }, () => this.#lines.make(TABLES));
      const lines = distinct(made);
      this.counts.writes++;
      const write = this.ledger.write(
        database,
        lines.map(({ line }) => line),
        this.#moment,
      );
      this.#attempt(this.#node.write(database, lines.map(({ text }) => text).join("\n")), () =>
        this.#acknowledge(write),
      );
    }
    if (this.#random(4) > 0) await this.#drain();
  }

  async #createTable(): Promise<void> {
    const database = this.#oneOf(DATABASES);
    const table = `made${this.#random(1000)}`;
    if (this.#node.catalog.database(database)?.table(table) !== undefined) return;
    const created = this.ledger.createTable(database, table, this.#moment);
    const { databaseCommands } = this.#node.catalog;
    const fields = [{ name: "f", type: "int64" as const }];
    await this.#command(databaseCommands.createTable(database, table, ["host"], fields), () =>
      this.#acknowledge(created),
    );
  }

  async #setRetention(): Promise<void> {
    await this.#drain();
    const database = this.#oneOf(DATABASES);
    if (this.#node.catalog.database(database) === undefined) return;
    const period = this.#random(2) === 0 ? RETENTION_NS : null;
    const set = this.ledger.setRetention(database, period, this.#moment);
    await this.#command(this.#node.catalog.databaseCommands.setRetention(database, period), () =>
      this.#acknowledge(set),
    );
  }

  async #deleteTable(): Promise<void> {
    await this.#drain();
    const database = this.#oneOf(DATABASES);
    const tables = [...(this.#node.catalog.database(database)?.tables() ?? [])];
    if (tables.length === 0) return;
    const { id, name } = this.#oneOf(tables);
    const deletion = this.ledger.deleteTable(database, name, this.#moment);
    const happened = ({ catalog }: FaultNode): boolean => catalog.tableById(id)?.deleted !== false;
    const when = { kind: this.#oneOf(["now", "default"] as const) };
    const command = this.#node.catalog.databaseCommands.deleteTable(database, name, when);
    await this.#delete(deletion, happened, command);
  }

  async #deleteDatabase(): Promise<void> {
    await this.#drain();
    const info = this.#node.catalog.database(this.#oneOf(DATABASES));
    if (info === undefined) return;
    const { id, name } = info;
    const deletion = this.ledger.deleteDatabase(name, this.#moment);
    const happened = ({ catalog }: FaultNode): boolean => catalog.databaseById(id)?.deleted !== false;
    const when = { kind: this.#oneOf(["now", "default"] as const) };
    const command = this.#node.catalog.databaseCommands.deleteDatabase(name, when);
    await this.#delete(deletion, happened, command);
  }

  async #delete(
    deletion: Deletion,
    happened: (node: FaultNode) => boolean,
    command: Promise<unknown>,
  ): Promise<void> {
    this.counts.deletes++;
    this.#unsettled.push({ deletion, happened });
    await this.#command(command, () => {
      this.#acknowledge(deletion);
      this.#unsettled = [];
    });
  }

  async #command(command: Promise<unknown>, onDone: () => void): Promise<void> {
    this.#attempt(command, onDone);
    await this.#drain();
  }

  /** What a process that was killed still says does not count. */
  #attempt(promise: Promise<unknown>, onDone: () => void): void {
    const process = this.#process;
    const settled = promise.then(
      () => {
        if (process.alive) onDone();
      },
      (error: Error) => {
        if (process.alive && error.message !== "the server is stopping") this.failures.push(error);
      },
    );
    const pending = settled.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  #acknowledge(sent: Sent): void {
    sent.ackAt = this.#moment;
  }

  async #drain(): Promise<void> {
    await Promise.race([Promise.all(this.#pending), this.#process.death]);
  }

  async #advance(ms: number): Promise<void> {
    this.#elapsedMs += ms;
    await this.#node.clock.advance(ms);
  }

  async #restart(): Promise<void> {
    this.counts.restarts++;
    await this.#drain();
    this.#countTasks();
    await Promise.race([this.#node.close(), this.#process.death]);
    if (!this.#process.alive) return await this.#startAfterKill();
    await this.#start();
  }

  async #startAfterKill(): Promise<void> {
    this.counts.kills++;
    this.#countTasks();
    await this.#start();
    const found = await readNode(this.#node);
    this.#settleDeletions();
    this.#check(found);
    this.ledger.confirm(found, this.#moment);
  }

  async #start(): Promise<void> {
    this.#pending.clear();
    for (;;) {
      const process = new DiskProcess(this.#disk);
      const clock = new SteppedClock();
      await clock.jump(this.#elapsedMs);
      // Some do not live to see the end of their start.
      if (this.#random(3) === 0) process.killAfter(this.#random(40));
      const started = process.start({ clock, snapshotWalBytes: SNAPSHOT_WAL_BYTES });
      const node = await Promise.race([started, process.death]).catch((error: Error) => {
        if (process.alive) throw error;
      });
      if (!node || !process.alive) continue;
      process.killAfter(Number.POSITIVE_INFINITY);
      this.#process = process;
      this.#node = node;
      return;
    }
  }

  #settleDeletions(): void {
    for (const { deletion, happened } of this.#unsettled) {
      if (happened(this.#node)) deletion.ackAt = this.#moment;
      else deletion.droppedAt = this.#moment;
    }
    this.#unsettled = [];
  }

  #check(found: ReadonlyMap<string, FoundDatabase>): void {
    const problem = this.ledger.problem(found, this.#moment);
    if (problem !== undefined) this.failures.push(new Error(`after a restart: ${problem}`));
  }

  #countTasks(): void {
    const { snapshots, compactions } = this.#node.storage.stats;
    this.counts.snapshots += snapshots.tasks;
    this.counts.compactions += compactions.tasks;
    for (const { level, text } of this.#node.messages) {
      if (level === "error" && this.#process.alive) this.failures.push(new Error(text));
    }
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#random(all.length)]!;
  }
}

/** Of lines of one write with the same point and fields the last would count: one is enough. */
function distinct<T extends { line: Line }>(made: readonly T[]): T[] {
  const points = new Map(made.map((one) => [`${one.line.table} ${one.line.point}`, one]));
  return [...points.values()];
}
