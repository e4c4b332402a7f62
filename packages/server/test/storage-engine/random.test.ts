import assert from "node:assert/strict";
import fc from "fast-check";
import type { ObjectStore } from "#src/object-store/index.js";
import { Disk, ModelNode, rowsOf } from "./rig.ts";

type Fault = "none" | "lost" | "applied";

/** A store whose changes fail as they are told to. */
class Weather {
  fault: Fault = "none";

  through(store: ObjectStore): ObjectStore {
    const change = async <T>(make: () => Promise<T>): Promise<T> => {
      if (this.fault === "lost") throw new Error("503");
      const answer = await make();
      if (this.fault === "applied") throw new Error("500");
      return answer;
    };
    return {
      get: (key) => store.get(key),
      list: (prefix) => store.list(prefix),
      put: (key, bytes, options) => change(() => store.put(key, bytes, options)),
      delete: (key) => change(() => store.delete(key)),
    };
  }
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("write" as const), table: fc.nat(2), day: fc.nat(1) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("snapshot" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(10, 1000, 70_000) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("weather" as const),
      fault: fc.constantFrom<Fault>("none", "lost", "applied"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), table: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), clean: fc.boolean() }) },
);

type Action = typeof step extends fc.Arbitrary<infer T> ? T : never;

const planThree = (files: readonly unknown[]) =>
  files.length >= 3 ? (files.slice(0, 3) as never) : undefined;

/** A node under bad weather, and what it should hold. */
class Trial {
  readonly #disk = new Disk();
  readonly #weather = new Weather();
  readonly #written = new Map<number, number[]>();
  #tables: number[] = [];
  #rows = 0;
  #node: ModelNode | undefined;

  get node(): ModelNode {
    return this.#node!;
  }

  async open(): Promise<void> {
    this.#weather.fault = "none";
    const through = (store: ObjectStore): ObjectStore => this.#weather.through(store);
    const clock = this.#node?.clock;
    const options = {
      disk: this.#disk,
      through,
      reader: true,
      planCompaction: planThree,
      deleteGraceMs: 30_000,
    };
    this.#node = await ModelNode.open(clock === undefined ? options : { ...options, clock });
    for (let table = 0; table < 3; table++) {
      // A delete that was reported as failed may have happened.
      const known = this.node.catalog.database("db")?.table(`t${table}`);
      this.#tables[table] = known?.id ?? (await this.node.createTable("db", `t${table}`));
    }
    this.node.storage.start();
  }

  async run(action: Action): Promise<void> {
    switch (action.do) {
      case "write": {
        const tableId = this.#tables[action.table]!;
        if (this.node.catalog.refusal(this.node.catalog.database("db")!.id) !== undefined) break;
        const id = ++this.#rows;
        this.node.writer.write({ id, tableId, day: 20_000 + action.day });
        this.#written.set(tableId, [...(this.#written.get(tableId) ?? []), id]);
        break;
      }
      case "snapshot":
        this.node.storage.snapshot().catch(() => {});
        break;
      case "wait":
        await this.node.clock.jump(action.ms);
        break;
      case "release":
        this.node.storage.views.released(this.node.storage.views.current().version);
        break;
      case "weather":
        this.#weather.fault = action.fault;
        break;
      case "delete":
        await this.#replaceTable(action.table);
        break;
      case "restart":
        if (!action.clean) this.#weather.fault = "lost";
        await this.node.storage.close();
        await this.node.catalog.close();
        await this.open();
        break;
    }
  }

  /** Every row of every table that is not deleted, once; and every file that is listed can be read. */
  async check(): Promise<void> {
    const found = new Map<number, number[]>();
    const add = (tableId: number, id: number): void => {
      found.set(tableId, [...(found.get(tableId) ?? []), id]);
    };
    for (const { tableId, id } of this.node.writer.bufferedRows()) add(tableId, id);
    for (const { key } of this.node.files()) {
      for (const { tableId, id } of await rowsOf(this.#disk.store, key)) add(tableId, id);
    }
    for (const tableId of this.#tables) {
      const ids = (found.get(tableId) ?? []).sort((a, b) => a - b);
      assert.deepEqual(ids, this.#written.get(tableId) ?? [], `table ${tableId}`);
    }
    assert.deepEqual(this.node.fatal, []);
  }

  /** When all is well again, everything catches up and nothing lies around. */
  async settle(): Promise<void> {
    this.#weather.fault = "none";
    for (let i = 0; i < 6; i++) {
      await this.node.clock.jump(70_000);
      this.node.storage.views.released(this.node.storage.views.current().version);
    }
    const done = this.node.storage.snapshot();
    await this.node.clock.jump(70_000);
    await done;
    this.node.storage.views.released(this.node.storage.views.current().version);
    await this.node.clock.jump(70_000);
    await this.check();
    assert.deepEqual(this.node.writer.bufferedRows(), []);
    assert.deepEqual(
      await this.node.dataKeys(),
      this.node
        .files()
        .map(({ key }) => key)
        .sort(),
    );
    await this.node.storage.close();
  }

  async #replaceTable(table: number): Promise<void> {
    const { databaseCommands } = this.node.catalog;
    try {
      await databaseCommands.deleteTable("db", `t${table}`, { kind: "now" });
      this.#tables[table] = await this.node.createTable("db", `t${table}`);
    } catch {
      // The store refused. Whether the table is there, and by which id, is to be seen.
      this.#weather.fault = "none";
      const known = this.node.catalog.database("db")?.table(`t${table}`);
      this.#tables[table] = known?.id ?? (await this.node.createTable("db", `t${table}`));
    }
  }
}

describe("storage under any weather", () => {
  it("loses no row, doubles none, and cleans up after itself", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const trial = new Trial();
        await trial.open();
        for (const action of steps) {
          await trial.run(action);
          await trial.check();
        }
        await trial.settle();
      }),
      { numRuns: process.env["MILLRACE_TEST_FULL"] === undefined ? 100 : 3000 },
    );
  });
});
