import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send } from "./support/http.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const WRITERS = 12;
const ENOUGH = 500;

describe("the end of a server", function () {
  this.timeout(60_000);

  it("on SIGTERM under load keeps all it acknowledged, also unsynced, refuses the rest and frees its port", async () => {
    const dataDir = temporaryDirectory("shutdown");
    const server = await startServer({ dataDir, withoutAuth: true });
    const load = new Load(server, { noSyncEvery: 2 });
    await waitFor("writes", () => load.acknowledged.size >= ENOUGH);
    const startedMs = performance.now();
    assert.equal(await server.stop(), 0);
    // Busy clients must not keep it at work until its deadline of 30 seconds.
    assert.ok(performance.now() - startedMs < 10_000, `it took ${performance.now() - startedMs} ms`);
    await load.ended();
    assert.match(server.output(), /All connections closed gracefully/);
    await assert.rejects(once(net.connect(Number(new URL(server.url).port), "127.0.0.1"), "connect"));
    await holds(dataDir, load);
  });

  it("on a second signal does not wait, and still has what it acknowledged", async () => {
    const dataDir = temporaryDirectory("shutdown");
    const server = await startServer({ dataDir, withoutAuth: true });
    const load = new Load(server);
    // A request that never ends, so that the first signal alone has to wait for its deadline.
    const request = http.request(`${server.url}/api/v3/write_lp?db=shutdown`, { method: "POST" });
    request.on("error", () => {});
    request.write("unfinished f=");
    await waitFor("writes", () => load.acknowledged.size >= ENOUGH);
    server.process.kill("SIGTERM");
    await waitFor("the first signal", () => server.output().includes("shutdown requested"));
    const exited = once(server.process, "exit");
    server.process.kill("SIGTERM");
    // What a shell tells as 130.
    assert.deepEqual(await exited, [null, "SIGINT"]);
    request.destroy();
    await load.ended();
    await holds(dataDir, load);
  });

  it("that it did not ask for is a failure, with its reason and exit code 1", async () => {
    const dataDir = temporaryDirectory("shutdown");
    const server = await startServer({ dataDir, withoutAuth: true });
    const exited = once(server.process, "exit");
    // What another server would do that takes the node over.
    const lock = (number: number) => path.join(dataDir, "test", `owner-000000000${number}.lock`);
    copyFileSync(lock(1), lock(2));
    assert.deepEqual(await exited, [1, null]);
    assert.match(server.output(), /Serve command failed: another process took over/);
    assert.doesNotMatch(server.output(), /UnhandledPromiseRejection/);
  });
});

/** After a restart: acknowledged ⊆ found ⊆ sent, each once. */
async function holds(dataDir: string, load: Load): Promise<void> {
  const server = await startServer({ dataDir, withoutAuth: true });
  const rows = await query<{ n: number }>({ url: server.url }, "shutdown", "SELECT n FROM points");
  const found = new Set(rows.map(({ n }) => n));
  assert.equal(found.size, rows.length, "nothing twice");
  assert.deepEqual(
    [...load.acknowledged].filter((n) => !found.has(n)),
    [],
  );
  assert.deepEqual(
    [...found].filter((n) => n >= load.sent),
    [],
  );
  assert.equal(await server.stop(), 0);
}

/** Clients that write without a pause until they are refused. */
class Load {
  readonly acknowledged = new Set<number>();
  sent = 0;
  readonly #writers: Promise<void>[];
  readonly #noSyncEvery: number;

  constructor(server: TestServer, { noSyncEvery = Number.POSITIVE_INFINITY } = {}) {
    this.#noSyncEvery = noSyncEvery;
    this.#writers = Array.from({ length: WRITERS }, () => this.#write({ url: server.url }));
  }

  async ended(): Promise<void> {
    await Promise.all(this.#writers);
  }

  async #write(session: Session): Promise<void> {
    for (;;) {
      const n = this.sent++;
      const path = `/api/v3/write_lp?db=shutdown&no_sync=${n % this.#noSyncEvery === 1}`;
      const answer = await send(session, "POST", path, `points n=${n}i ${n + 1}`).catch(() => undefined);
      if (answer?.status !== 204) return;
      this.acknowledged.add(n);
    }
  }
}
