import assert from "node:assert/strict";
import { ServiceRig } from "./service-rig.ts";

/** A table of this many rows is no longer merged as a whole. */
const LARGE = 60_000;
const OLD_NS = 1_000_000_000_000_000_000n;
const NS = 1_700_000_000_000_000_000n;

describe("query: tables in files and in the buffer", () => {
  let rig: ServiceRig;
  let t = "";
  let tables = 0;
  before(async () => {
    rig = await ServiceRig.open();
  });
  after(() => rig.close());
  beforeEach(() => {
    t = `t${++tables}`;
  });

  /** Gives the table so many old rows, in a file of their own, that it counts as large. */
  async function enlarge(table: string): Promise<void> {
    const lines = Array.from({ length: LARGE }, (_, i) => `${table},host=old v=${i} ${OLD_NS + BigInt(i)}`);
    for (let i = 0; i < lines.length; i += 10_000)
      await rig.write("db", lines.slice(i, i + 10_000).join("\n"));
    await rig.persister.snapshot();
  }

  for (const isLarge of [false, true]) {
    describe(isLarge ? "of a large table" : "of a small table", () => {
      beforeEach(async () => {
        if (isLarge) await enlarge(t);
      });
      const recent = `WHERE time >= '2023-01-01' AND host <> 'old'`;

      it("a later write wins field by field, and what it does not name survives", async () => {
        await rig.write("db", `${t},host=a v=1,w=1,text="old" ${NS}\n${t},host=a v=9 ${NS + 5n}`);
        await rig.persister.snapshot();
        await rig.write("db", `${t},host=a v=2 ${NS}\n${t},host=b v=7 ${NS + 1n}`);
        await rig.persister.snapshot();
        await rig.write("db", `${t},host=a text="new" ${NS}\n${t},host=a w=3 ${NS + 5n}`);
        const rows = await rig.rows(`SELECT host, v, w, text, time FROM ${t} ${recent} ORDER BY host, time`);
        assert.deepEqual(rows, [
          { host: "a", v: 2, w: 1, text: "new", time: "2023-11-14T22:13:20" },
          { host: "a", v: 9, w: 3, time: "2023-11-14T22:13:20.000000005" },
          { host: "b", v: 7, time: "2023-11-14T22:13:20.000000001" },
        ]);
      });

      it("conditions apply to what is left after merging", async () => {
        await rig.write("db", `${t},host=a v=1 ${NS}`);
        await rig.persister.snapshot();
        await rig.write("db", `${t},host=a v=2 ${NS}`);
        const count = async (where: string) =>
          (await rig.rows(`SELECT count(*) AS n FROM ${t} ${recent} AND ${where}`))[0]!["n"];
        assert.equal(await count("v = 1"), 0);
        assert.equal(await count("v = 2"), 1);
        assert.equal(await count("host = 'a'"), 1);
        assert.equal(await count("host IN ('a', 'b') AND v > 0"), 1);
        assert.equal(await count("host = 'b'"), 0);
      });

      it("columns that came later are NULL in older rows, whatever part of the table has them", async () => {
        await rig.write("db", `${t},host=a v=1 ${NS}\n${t},host=b v=1 ${NS + 10n}`);
        await rig.persister.snapshot();
        await rig.write("db", `${t},host=a,zone=z w=5i,flag=true ${NS + 1n}`);
        const first = [
          { host: "a", v: 1 },
          { host: "b", v: 1 },
          { flag: true, host: "a", w: 5, zone: "z" },
        ];
        const sql = `SELECT flag, host, v, w, zone FROM ${t} ${recent} ORDER BY zone NULLS FIRST, host`;
        assert.deepEqual(await rig.rows(sql), first);
        await rig.persister.snapshot();
        assert.deepEqual(await rig.rows(sql), first);
        await rig.write("db", `${t},host=a,other=o v=2 ${NS}`);
        assert.deepEqual(await rig.rows(`SELECT host, other, v FROM ${t} ${recent} AND other = 'o'`), [
          { host: "a", other: "o", v: 2 },
        ]);
        assert.deepEqual(await rig.rows(`SELECT count(*) AS n FROM ${t} ${recent} AND zone IS NULL`), [
          { n: 3 },
        ]);
      });

      it("names that differ in case only stay apart", async () => {
        await rig.write("db", `${t},host=a,Host=b temp=1,Temp=2,TEMP=3 ${NS}`);
        await rig.persister.snapshot();
        await rig.write("db", `${t},host=a,Host=b Temp=20 ${NS}\n${t},host=a,HOST=c temp=4 ${NS + 1n}`);
        const sql = `SELECT "Host", "HOST", host, temp, "Temp", "TEMP" FROM ${t} ${recent} ORDER BY time`;
        const expected = [
          { Host: "b", host: "a", temp: 1, Temp: 20, TEMP: 3 },
          { HOST: "c", host: "a", temp: 4 },
        ];
        assert.deepEqual(await rig.rows(sql), expected);
        await rig.persister.snapshot();
        assert.deepEqual(await rig.rows(sql), expected);
      });
    });
  }

  it("shows a small table in the order of series and time, wherever its rows are", async () => {
    await rig.write("db", `${t},host=b v=1 ${NS}\n${t} v=2 ${NS + 7n}`);
    await rig.persister.snapshot();
    await rig.write("db", `${t},host=a v=3 ${NS + 86_400_000_000_000n}\n${t},host=b v=4 ${NS - 5n}`);
    await rig.persister.snapshot();
    await rig.write("db", `${t},host=a v=5 ${NS}\n${t},host=c v=6 ${NS}`);
    const values = (await rig.rows(`SELECT v FROM ${t}`)).map((row) => row["v"]);
    assert.deepEqual(values, [2, 5, 3, 4, 1, 6]);
  });

  it("gives every value of every type back as it came, from files as from the buffer", async () => {
    const points: [series: string, fields: string, time: bigint][] = [
      [`${t},k=a`, 'f=1.5,i=-9223372036854775808i,u=18446744073709551615u,b=true,s=""', NS],
      [
        `${t},k=b`,
        'f=-1e-300,i=9223372036854775807i,u=0u,b=false,s="a long text with ünïcode and \\"quotes\\""',
        NS,
      ],
      [`${t},k=c`, "f=1.7976931348623157e308", NS + 1n],
      [`${t},k=d`, "i=0i", -1n],
      [`${t},k=e`, "u=1u", 0n],
      [`${t},k=ü\\ x`, "b=true", 9_223_372_036_854_775_806n],
      [`${t},k=g`, 's="x"', -9_223_372_036_854_775_806n],
    ];
    await rig.write("db", points.map((point) => point.join(" ")).join("\n"));
    const everything = `SELECT k, f, i, u, b, s, time, i::VARCHAR AS it, u::VARCHAR AS ut FROM ${t} ORDER BY k`;
    const buffered = await rig.text(everything, { format: "csv" });
    await rig.persister.snapshot();
    assert.equal(await rig.text(everything, { format: "csv" }), buffered);
    // Once more, all of it merged.
    await rig.write("db", points.map(([series, , time]) => `${series} extra=1 ${time}`).join("\n"));
    assert.equal(await rig.text(everything, { format: "csv" }), buffered);
  });

  it("never shows rows older than the retention period", async () => {
    const hourAgo = BigInt(Date.now()) * 1_000_000n - 3_600_000_000_000n;
    await rig.catalog.databaseCommands.createDatabase("short", { retentionPeriodNs: 1_800_000_000_000n });
    const lines = (at: bigint) => `${t},host=a v=1 ${at}\n${t},host=b v=1 ${at + 3_500_000_000_000n}`;
    await rig.write("short", lines(hourAgo));
    await rig.persister.snapshot();
    assert.deepEqual(await rig.rows(`SELECT host FROM ${t}`, { database: "short" }), [{ host: "b" }]);
    await rig.write("short", lines(hourAgo));
    assert.deepEqual(await rig.rows(`SELECT host FROM ${t}`, { database: "short" }), [{ host: "b" }]);
  });

  it("counts rows of a large table with a late one in the middle", async () => {
    await enlarge(t);
    await rig.write("db", `${t},host=old v=1 ${OLD_NS + 30_000n}\n${t},host=late v=1 ${OLD_NS + 30_000n}`);
    const count = async (where: string) =>
      (await rig.rows(`SELECT count(*) AS n FROM ${t} WHERE ${where}`))[0]!["n"];
    assert.equal(await count("true"), LARGE + 1);
    assert.equal(await count("v = 1"), 3);
    assert.equal(await count("v = 30000"), 0);
    assert.equal(
      await count(
        `time >= to_timestamp_nanos(${OLD_NS + 29_999n}) AND time <= to_timestamp_nanos(${OLD_NS + 30_001n})`,
      ),
      4,
    );
  });
});
