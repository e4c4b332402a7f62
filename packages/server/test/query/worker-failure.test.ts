import assert from "node:assert/strict";
import { ServiceRig } from "./service-rig.ts";

describe("query service: a worker that fails", () => {
  it("fails its queries with a clear text and is replaced by one that knows everything", async () => {
    let replaced = 0;
    const rig = await ServiceRig.open({
      workerUrl: new URL("./failing-worker.mjs", import.meta.url),
      onReplaced: () => {
        replaced++;
      },
    });
    const write = await rig.table("db", "t", ["tag"], [{ name: "f", type: "float64" }]);
    write([{ tags: { tag: "a" }, time: 1n, fields: { f: 1.5 } }]);
    assert.equal(
      await rig.text("SELECT * FROM t"),
      '[{"f":1.5,"tag":"a","time":"1970-01-01T00:00:00.000000001"}]',
    );
    const failed = await Promise.allSettled([rig.text("fail now"), rig.text("fail now")]);
    for (const outcome of failed) {
      assert.equal(outcome.status, "rejected");
      assert.match(String(outcome.reason), /the query engine stopped/);
    }
    await assert.rejects(rig.text("SELECT 1"), /restarting/);
    while (replaced === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    write([{ tags: { tag: "b" }, time: 2n, fields: { f: 2.5 } }]);
    assert.equal(await rig.text("SELECT tag, f FROM t"), '[{"tag":"a","f":1.5},{"tag":"b","f":2.5}]');
    await rig.close();
  });

  it("holds no view of files and buffer any longer", async () => {
    const rig = await ServiceRig.open({ workerUrl: new URL("./silent-worker.mjs", import.meta.url) });
    const held = rig.files.switch({});
    const failing = rig.text("fail now");
    assert.equal(rig.files.lastReleased, 0);
    await assert.rejects(failing, /the query engine stopped/);
    await rig.files.whenReleased(held);
    // Changes while there is no worker are nobody's to hold.
    await rig.files.whenReleased(rig.files.switch({}));
    await rig.close();
  });
});
