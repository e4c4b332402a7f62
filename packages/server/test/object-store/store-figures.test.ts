import assert from "node:assert/strict";
import { silentLogger } from "#src/foundation/index.js";
import { openStore, openStorePart, StoreFigures } from "#src/object-store/index.js";

describe("the figures of a store", () => {
  it("count what all its parts do, here and in other threads", async () => {
    const opened = await openStore({
      config: { kind: "memory", throttled: false },
      nodeId: "n",
      logger: silentLogger,
      onLost: () => {},
    });
    const part = openStorePart(opened.setup);
    try {
      await opened.store.put("n/a", new Uint8Array(10));
      await part.store.put("n/b", new Uint8Array(5));
      await opened.store.put("n/a", new Uint8Array(10), { ifNoneMatch: true });
      await part.store.get("n/a");
      await part.store.get("n/none");
      await opened.store.list("n/");
      await assert.rejects(part.store.put("n/a/below-a-file", new Uint8Array(1)));
    } finally {
      await part.close();
      await opened.close();
    }
    const { figures } = opened;
    const counts = figures.durations().map(({ labels, value }) => [...labels, value.count]);
    assert.deepEqual(counts, [
      ["get", "success", 2],
      ["put", "success", 3],
      ["put", "error", 1],
      ["list", "success", 1],
    ]);
    assert.ok(figures.durations().every(({ value }) => value.sum >= 0 && value.sum < 60_000));
    assert.deepEqual(
      figures.transferredBytes().map(({ labels, value }) => [...labels, value]),
      [
        ["get", "success", 10],
        ["put", "success", 15],
        ["put", "error", 0],
      ],
    );
  });

  it("keep slow operations apart from quick ones", () => {
    const figures = new StoreFigures();
    figures.add("get_range", "success", 0.1, 7);
    figures.add("get_range", "success", 99_999, 1);
    const [sample] = figures.durations();
    const counts = sample!.value.cumulative();
    assert.deepEqual([counts[0], counts.at(-2), counts.at(-1)], [1, 1, 2]);
    assert.equal(Math.round(sample!.value.sum), 99_999);
    assert.equal(figures.transferredObjects()[0]!.value, 2);
  });
});
