import assert from "node:assert/strict";
import fc from "fast-check";
import { ServiceRig } from "./service-rig.ts";

const NS = 1_700_000_000_000_000_000n;
const OLD_NS = 1_000_000_000_000_000_000n;
const DAY = 86_400_000_000_000n;

interface Point {
  readonly host: string | undefined;
  readonly zone: string | undefined;
  readonly day: number;
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
}

type Step =
  | { readonly do: "write"; readonly points: readonly Point[] }
  | { readonly do: "snapshot" }
  | { readonly do: "compact" };

const name = fc.constantFrom(undefined, "a", "b", "c d", "ü");
const fields = fc
  .record(
    {
      f: fc.constantFrom("1.5", "-2", "3e10"),
      i: fc.constantFrom("1i", "-7i"),
      s: fc.constantFrom('"x"', '""', '"long text that does not fit in twelve bytes"'),
      b: fc.constantFrom("true", "false"),
      u: fc.constantFrom("5u", "18446744073709551615u"),
    },
    { requiredKeys: [] },
  )
  .filter((chosen) => Object.keys(chosen).length > 0);
const point: fc.Arbitrary<Point> = fc.record({
  host: name,
  zone: name,
  day: fc.integer({ min: 0, max: 2 }),
  at: fc.integer({ min: 0, max: 12 }),
  fields,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      points: fc.array(point, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "snapshot" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "compact" as const }) },
);

function timeOf({ day, at }: Point): bigint {
  return NS + BigInt(day) * DAY + BigInt(at);
}

function lineOf(table: string, of: Point): string {
  const escaped = (text: string) => text.replaceAll(" ", "\\ ");
  const tags = [
    of.host === undefined ? "" : `,host=${escaped(of.host)}`,
    of.zone === undefined ? "" : `,zone=${escaped(of.zone)}`,
  ];
  const values = Object.entries(of.fields).map(([field, value]) => `${field}=${value}`);
  return `${table}${tags.join("")} ${values.join(",")} ${timeOf(of)}`;
}

/** What the table must hold: a later write wins field by field. */
class Model {
  readonly #points = new Map<string, Record<string, string>>();

  write(of: Point): void {
    const key = JSON.stringify([of.host ?? "", of.zone ?? "", String(timeOf(of))]);
    this.#points.set(key, { ...this.#points.get(key), ...of.fields });
  }

  rows(keep: (host: string, ns: bigint) => boolean): string[] {
    return Array.from(this.#points, ([key, values]) => {
      const [host, zone, ns] = JSON.parse(key) as [string, string, string];
      return {
        host,
        ns: BigInt(ns),
        text: [host, zone, ns, ...FIELDS.map((field) => shown(values[field]))].join("|"),
      };
    })
      .filter((row) => keep(row.host, row.ns))
      .map((row) => row.text)
      .sort();
  }
}

const FIELDS = ["f", "i", "s", "b", "u"];

function shown(value: string | undefined): string {
  if (value === undefined) return "";
  if (value.startsWith('"')) return value.slice(1, -1);
  return /^-?\d+[iu]$/.test(value) ? value.slice(0, -1) : String(JSON.parse(value));
}

describe("query: any order of writes, snapshots and compactions", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open();
  });
  after(() => rig.close());

  let tables = 0;

  async function run(steps: readonly Step[], isLarge: boolean): Promise<void> {
    const table = `t${++tables}`;
    const first = FIELDS.map(
      (field) => `${field}=${{ f: "1", i: "1i", s: '"x"', b: "true", u: "1u" }[field]}`,
    );
    // All columns are there from the start, and a large table has more rows than are merged as a whole.
    const count = isLarge ? 50_001 : 1;
    const old = Array.from(
      { length: count },
      (_, i) => `${table},host=old,zone=old ${first.join(",")} ${OLD_NS + BigInt(i)}`,
    );
    for (let i = 0; i < count; i += 10_000) await rig.write("db", old.slice(i, i + 10_000).join("\n"));
    const model = new Model();
    for (const next of [...steps, { do: "check" as const }]) {
      if (next.do === "write") {
        for (const of of next.points) model.write(of);
        await rig.write("db", next.points.map((of) => lineOf(table, of)).join("\n"));
      } else if (next.do === "snapshot") {
        await rig.persister.snapshot();
      } else if (next.do === "compact") {
        await compactOne(table);
      }
      await check(table, model);
    }
  }

  async function compactOne(table: string): Promise<void> {
    const id = rig.catalog.database("db")!.table(table)!.id;
    const ofTable = rig.files.current().files.filter((file) => file.tableId === id);
    for (const { day } of ofTable) {
      const files = ofTable.filter((file) => file.day === day);
      if (files.length < 2) continue;
      await rig.persister.compact(files);
      return;
    }
  }

  async function check(table: string, model: Model): Promise<void> {
    const middle = NS + DAY + 5n;
    const at = `to_timestamp_nanos(${middle})`;
    const questions: [where: string, keep: (host: string, ns: bigint) => boolean][] = [
      ["true", () => true],
      ["host = 'a'", (host) => host === "a"],
      [
        `host IN ('b', 'c d') AND time > ${at}`,
        (host, ns) => (host === "b" || host === "c d") && ns > middle,
      ],
      [`time <= ${at}`, (_, ns) => ns <= middle],
    ];
    for (const [where, keep] of questions) {
      const rows = await rig.rows(
        `SELECT host, zone, f, i, s, b, u::VARCHAR AS u, (time::BIGINT)::VARCHAR AS ns FROM ${table} WHERE ${where} AND time >= to_timestamp_nanos(${NS})`,
      );
      const actual = rows
        .map((row) =>
          [row["host"] ?? "", row["zone"] ?? "", row["ns"], ...FIELDS.map((field) => row[field] ?? "")].join(
            "|",
          ),
        )
        .sort();
      assert.deepEqual(actual, model.rows(keep), where);
    }
  }

  for (const isLarge of [false, true]) {
    it(`shows each point once, merged field by field (${isLarge ? "large" : "small"} table)`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), (steps) => run(steps, isLarge)),
        { numRuns: isLarge ? 8 : 25, endOnFailure: true },
      );
    }).timeout(120_000);
  }
});
