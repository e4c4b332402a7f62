import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecoverOptions, Rotation } from "#src/ingest/index.js";
import { inSeriesOrder, mergePoints, type WrittenRow } from "../buffer/write-rows.ts";
import { FakeWal } from "./fake-wal.ts";
import { type Rig, rig, rowsOf } from "./rig.ts";

/** A slow write path: the schema as plain maps, one line at a time. */
class Model {
  /** Column name → "tag" or a field type; one table only. */
  readonly #columns = new Map<string, string>();
  visible: Point[] = [];
  readonly pending: Point[] = [];

  write(points: readonly Point[], acceptPartial: boolean): { errors: number; rejected: boolean } {
    const columns = new Map(this.#columns);
    const accepted = points.filter((point) => this.#accept(point, columns));
    const errors = points.length - accepted.length;
    const rejected = errors > 0 && !acceptPartial;
    if (!rejected && accepted.length > 0) {
      for (const [name, kind] of columns) this.#columns.set(name, kind);
      this.pending.push(...accepted);
    }
    return { errors, rejected };
  }

  #accept(point: Point, columns: Map<string, string>): boolean {
    const added = new Map<string, string>();
    const kinds = [
      ...Object.keys(point.tags).map((name) => [name, "tag"] as const),
      ...Object.entries(point.fields).map(([name, value]) => [name, typeof value] as const),
    ];
    for (const [name, kind] of kinds) {
      const known = columns.get(name) ?? added.get(name);
      if (known !== undefined && known !== kind) return false;
      added.set(name, kind);
    }
    for (const [name, kind] of added) columns.set(name, kind);
    return true;
  }

  /** The tags in the order of their coming. */
  get tags(): string[] {
    return [...this.#columns].filter(([, kind]) => kind === "tag").map(([name]) => name);
  }
}

interface Point {
  tags: Record<string, string>;
  time: bigint;
  fields: Record<string, number | bigint | string>;
}

const text = (point: Point): string => {
  const tags = Object.entries(point.tags).map(([name, value]) => `,${name}=${value}`);
  const fields = Object.entries(point.fields).map(([name, value]) => {
    if (typeof value === "string") return `${name}="${value.replace(/["\\]/g, "\\$&")}"`;
    return `${name}=${Object.is(value, -0) ? "-0" : value}${typeof value === "bigint" ? "i" : ""}`;
  });
  return `m${tags.join("")} ${fields.join(",")} ${point.time}`;
};

const aPoint: fc.Arbitrary<Point> = fc.record({
  tags: fc
    .record(
      { a: fc.constantFrom("1", "2"), b: fc.constantFrom("x"), x: fc.constantFrom("tag") },
      { requiredKeys: [] },
    )
    .map((tags) => ({ ...tags })),
  time: fc.bigInt({ min: 0n, max: 5n }),
  fields: fc
    .record(
      {
        f: fc.oneof(
          { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
          { weight: 1, arbitrary: fc.constant(7n) },
        ),
        g: fc.bigInt({ min: -9n, max: 9n }),
        s: fc.string({ unit: "grapheme", maxLength: 40 }),
        x: fc.constant(1),
      },
      { requiredKeys: [] },
    )
    .filter((fields) => Object.keys(fields).length > 0)
    .map((fields) => ({ ...fields }) as Point["fields"]),
});
const aStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      points: fc.array(aPoint, { minLength: 1, maxLength: 12 }),
      acceptPartial: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant("durable" as const) },
  { weight: 1, arbitrary: fc.constant("lost" as const) },
  { weight: 2, arbitrary: fc.constant("rotate" as const) },
);

function expected(model: Model): unknown[] {
  const { tags } = model;
  const rows = model.visible.map(
    (point): WrittenRow => ({
      tags: tags.map((name) => point.tags[name] ?? null),
      time: point.time,
      fields: point.fields,
    }),
  );
  return inSeriesOrder(mergePoints(rows)).map((row) => ({
    ...Object.fromEntries(tags.map((name, index) => [name, row.tags[index]])),
    time: row.time,
    ...row.fields,
  }));
}

/** Its line is drawn when this resolves; the rotation itself ends with the groups before it. */
async function startRotation(db: Rig<FakeWal>): Promise<StartedRotation> {
  const rotation = db.path.rotate();
  await new Promise(setImmediate);
  return { rotation, generation: db.buffer.generation };
}

interface StartedRotation {
  readonly rotation: Promise<Rotation>;
  /** Of the rows behind its line. */
  readonly generation: number;
}

function restarted(db: Rig<FakeWal>, recover: RecoverOptions = {}): Promise<Rig<FakeWal>> {
  const wal = new FakeWal({ immediate: true });
  wal.stored.push(...db.wal.stored);
  wal.sequences.push(...db.wal.sequences);
  return rig({ catalog: db.catalog, wal, recover });
}

async function settle(db: Rig<FakeWal>, model: Model, outcome: "durable" | "lost"): Promise<void> {
  if (outcome === "lost") db.wal.fail();
  else {
    db.wal.seal();
    db.wal.succeedAll();
    model.visible.push(...model.pending);
  }
  model.pending.length = 0;
}

describe("any writes", () => {
  it("show what a slow and simple write path would, during, after failures, and after replay", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, sliceLines) => {
          const db = await rig({ wal: new FakeWal({ immediate: false }), limits: { sliceLines } });
          const model = new Model();
          const rotations: StartedRotation[] = [];
          for (const step of steps) {
            if (step === "rotate") {
              rotations.push(await startRotation(db));
            } else if (typeof step === "string") {
              await settle(db, model, step);
            } else {
              const outcome = model.write(step.points, step.acceptPartial);
              const open = db.wal.openEntries;
              const body = step.points.map(text).join("\n");
              // Unsynced: the answer does not wait for the group.
              const answer = db.write(body, { acceptPartial: step.acceptPartial, noSync: true });
              const errors = await answer.then(
                (result) => result.errors.length,
                () => "rejected",
              );
              assert.equal(errors, outcome.rejected ? "rejected" : outcome.errors);
              const appends = !outcome.rejected && outcome.errors < step.points.length;
              assert.equal(db.wal.openEntries, open + Number(appends));
            }
            assert.deepEqual(rowsOf(db, "m"), expected(model));
          }
          await settle(db, model, "durable");
          for (const { rotation, generation } of rotations) {
            const { walSequence: after } = await rotation;
            const since = await restarted(db, { after });
            assert.deepEqual(rowsOf(since, "m"), rowsOf(db, "m", "db", generation));
          }
          assert.deepEqual(rowsOf(db, "m"), expected(model));
          assert.deepEqual(rowsOf(await restarted(db), "m"), rowsOf(db, "m"));
        },
      ),
      { numRuns: 200 },
    );
  });
});
