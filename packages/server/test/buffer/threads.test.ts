import assert from "node:assert/strict";
import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { BufferStore } from "#src/buffer/index.js";
import { writeRow } from "./write-rows.ts";

const ROWS = 60_000;
const ROWS_A_GROUP = 150;
const ROWS_A_GENERATION = 1500;

describe("buffer across threads", () => {
  it("never shows a reader a row that is not whole", async () => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL("./fixtures/reading-thread.mjs", import.meta.url), {
      workerData: { port: port2, rows: ROWS },
      transferList: [port2],
      execArgv: [],
    });
    const failed = once(worker, "error").then(([error]) => Promise.reject(error));
    await Promise.race([once(worker, "message"), failed]);
    const store = new BufferStore({ hashSeed: 1 });
    store.onMessage((batch) => port1.postMessage(batch));
    const table = store.openTable(1);
    const finished = once(worker, "message");
    for (let row = 0; row < ROWS; row++) {
      const fields = { 1: row, 2: `row ${row}` };
      writeRow(table, { tags: [`host ${row % 1000}`], time: BigInt(row), fields });
      if ((row + 1) % ROWS_A_GROUP === 0) store.publish([[table, table.position()]]);
    }
    const [{ views }] = await Promise.race([finished, failed]);
    assert.ok(views > 0);
    port1.close();
    await worker.terminate();
  });

  it("never shows a reader rows that are not whole, missing or doubled while generations come and go", async () => {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL("./fixtures/reading-generations.mjs", import.meta.url), {
      workerData: { port: port2, rows: ROWS },
      transferList: [port2],
      execArgv: [],
    });
    const failed = once(worker, "error").then(([error]) => Promise.reject(error));
    await Promise.race([once(worker, "message"), failed]);
    const store = new BufferStore({ hashSeed: 1 });
    store.onMessage((batch) => port1.postMessage({ batch }));
    let reclaimed = 0;
    const finished = new Promise<number>((resolve) => {
      worker.on("message", ({ released, count }) => {
        if (count !== undefined) resolve(count);
        else {
          store.reclaim(released);
          reclaimed++;
        }
      });
    });
    let version = 0;
    const rowsUpTo = new Map<number, number>();
    for (let row = 0; row < ROWS; row++) {
      const fields = { 2: `row ${row}` };
      writeRow(store.openTable(1), { tags: [`host ${row % 100}`], time: BigInt(row), fields });
      if ((row + 1) % ROWS_A_GROUP === 0) {
        const table = store.openTable(1);
        store.publish([[table, table.position()]]);
      }
      if ((row + 1) % ROWS_A_GENERATION !== 0) continue;
      rowsUpTo.set(store.rotate()!.generation, row + 1);
      if (store.frozen.length > 2) {
        const { generation } = store.frozen[0]!;
        store.dropGeneration(generation, ++version);
        port1.postMessage({ drop: { generation, version, first: rowsUpTo.get(generation) } });
      }
      await Promise.race([new Promise(setImmediate), failed]);
    }
    assert.ok((await Promise.race([finished, failed])) > 0);
    assert.ok(reclaimed > 0);
    port1.close();
    await worker.terminate();
  });
});
