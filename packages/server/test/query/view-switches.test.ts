import assert from "node:assert/strict";
import { ServiceRig } from "./service-rig.ts";

const NS = 1_700_000_000_000_000_000n;

describe("query: files and buffer change while queries run", () => {
  let rig: ServiceRig;
  beforeEach(async () => {
    rig = await ServiceRig.open();
  });
  afterEach(() => rig.close());

  function lines(count: number, from = 0): string {
    return Array.from(
      { length: count },
      (_, i) => `t,host=h${i % 10} v=${from + i} ${NS + BigInt(from + i)}`,
    ).join("\n");
  }

  it("no count misses a row or sees one twice", async () => {
    const target = 40_000;
    let sent = 0;
    let acknowledged = 0;
    let isOver = false;
    sent = 1;
    await rig.write("db", lines(1));
    acknowledged = 1;
    const counting = (async () => {
      let counts = 0;
      while (!isOver) {
        const before = acknowledged;
        const [row] = await rig.rows("SELECT count(*) AS n, count(DISTINCT time) AS points FROM t");
        const n = row!["n"] as number;
        assert.ok(n >= before && n <= sent, `${n} is not within ${before} and ${sent}`);
        assert.equal(row!["points"], n);
        counts++;
      }
      return counts;
    })();
    const changing = (async () => {
      while (acknowledged < target) {
        await rig.persister.snapshot();
        const { files } = rig.files.current();
        if (files.length >= 4) await rig.persister.compact(files);
      }
    })();
    while (acknowledged < target) {
      const count = Math.min(500, target - acknowledged);
      sent += count;
      await rig.write("db", lines(count, acknowledged));
      acknowledged += count;
    }
    await changing;
    isOver = true;
    assert.ok((await counting) > 0);
    assert.deepEqual(await rig.rows("SELECT count(*) AS n FROM t"), [{ n: target }]);
  });

  it("what a query reads stays until it ends, and goes then", async () => {
    await rig.write("db", lines(60_000));
    await rig.persister.snapshot();
    const old = rig.files.current().files;
    const stream = await rig.service.sql({
      database: "db",
      sql: "SELECT * FROM t a CROSS JOIN (SELECT v FROM t LIMIT 100) b",
      params: {},
      format: "jsonl",
    });
    const chunks = stream.chunks[Symbol.asyncIterator]();
    await chunks.next();
    await rig.write("db", lines(10, 60_000));
    const version = (await rig.persister.snapshot())!;
    const compacted = await rig.persister.compact(rig.files.current().files);
    assert.ok(old.every((file) => !rig.files.current().files.includes(file)));
    assert.deepEqual(await rig.rows("SELECT count(*) AS n FROM t"), [{ n: 60_010 }]);
    assert.ok(rig.files.lastReleased < version);
    await chunks.return?.();
    await rig.files.whenReleased(compacted);
  });

  it("a query that fails holds nothing back", async () => {
    await rig.write("db", lines(10));
    await rig.persister.snapshot();
    await assert.rejects(rig.rows("SELECT 1 / (v - v)::BIGINT FROM t"));
    await assert.rejects(rig.rows("SELECT nothing FROM t"));
    await rig.write("db", lines(10, 10));
    await rig.files.whenReleased((await rig.persister.snapshot())!);
  });

  it("a query that is cancelled holds nothing back", async () => {
    await rig.write("db", lines(1000));
    await rig.persister.snapshot();
    const abort = new AbortController();
    const asked = rig.text("SELECT count(*) FROM t a, t b, t c, t d", { signal: abort.signal });
    await rig.rows("SELECT count(*) FROM t");
    abort.abort();
    await assert.rejects(asked);
    await rig.write("db", lines(10, 1000));
    await rig.files.whenReleased((await rig.persister.snapshot())!);
  });

  it("a service that is closed holds nothing back", async () => {
    await rig.write("db", lines(10));
    const version = (await rig.persister.snapshot())!;
    await rig.service.close();
    await rig.files.whenReleased(version);
    rig.files.switch({});
    await rig.files.whenReleased(version + 1);
  });
});
