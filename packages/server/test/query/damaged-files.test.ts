import assert from "node:assert/strict";
import type { DataFile } from "#src/storage/index.js";
import { ServiceRig } from "./service-rig.ts";

describe("query: data files that cannot be read", () => {
  let rig: ServiceRig;
  let file: DataFile;
  let table = "";
  let tables = 0;
  before(async () => {
    rig = await ServiceRig.open();
    await rig.write("db", "other v=1 1");
  });
  after(() => rig.close());
  beforeEach(async () => {
    table = `t${++tables}`;
    await rig.write("db", `${table},host=a v=1 1000\n${table},host=b v=2 2000`);
    await rig.persister.snapshot();
    file = rig.files.current().files.at(-1)!;
  });

  const damages: Readonly<Record<string, () => Promise<void>>> = {
    missing: () => rig.persister.remove(file),
    empty: () => rig.persister.damage(file, () => new Uint8Array(0)),
    "cut off": () => rig.persister.damage(file, (bytes) => bytes.subarray(0, bytes.length - 9)),
    "without its footer": () =>
      rig.persister.damage(file, (bytes) =>
        bytes.fill(0x55, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8),
      ),
    "of another kind": () => rig.persister.damage(file, () => Buffer.from("hello, this is no Parquet file")),
  };
  for (const [name, damage] of Object.entries(damages)) {
    for (const isMerged of [false, true]) {
      it(`names one that is ${name}${isMerged ? ", when it is merged" : ""}`, async () => {
        await damage();
        if (isMerged) await rig.write("db", `${table},host=c v=3 3000`);
        await assert.rejects(rig.rows(`SELECT * FROM ${table}`), (error: Error) => {
          assert.ok(error.message.includes(file.key), error.message);
          assert.ok(!error.message.includes(rig.root), error.message);
          return true;
        });
        // Others can be asked as before.
        assert.deepEqual(await rig.rows("SELECT v FROM other"), [{ v: 1 }]);
      });
    }
  }
});

describe("query: the limit of files", () => {
  it("fails with the advice to narrow the time range", async () => {
    const rig = await ServiceRig.open({ limits: { fileLimit: 2 } });
    try {
      for (let day = 0n; day < 3n; day++) {
        await rig.write("db", `t v=1 ${day * 86_400_000_000_000n + 5n}`);
        await rig.persister.snapshot();
      }
      await assert.rejects(
        rig.rows("SELECT * FROM t"),
        /External error: Query would scan 2 Parquet files, exceeding the file limit\./,
      );
      assert.equal((await rig.rows("SELECT * FROM t WHERE time < '1970-01-02T12:00:00'")).length, 2);
    } finally {
      await rig.close();
    }
  });
});
