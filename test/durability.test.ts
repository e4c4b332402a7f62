import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { temporaryDirectory } from "./support/directories.ts";
import { type Answer, type Session, send, sendJson } from "./support/http.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer } from "./support/server.ts";

const KILLS = process.env["MILLRACE_TEST_FULL"] ? 60 : 5;
const TABLES = 6;
const database = "changing";
/** Tables are written to files and merged while they are widened, deleted and begun anew. */
const args = ["--snapshot-wal-size", "4kb", "--wal-flush-interval", "20ms"];

/**
 * Kills the server while tables are written, widened, deleted and begun anew under the same name with other types,
 * and compares what it holds after each restart with what each table's only writer knows.
 */
describe(`catalog changes: ${KILLS} times SIGKILL`, function () {
  this.timeout(KILLS * 20_000);

  it("bring back every table as it was acknowledged, and nothing of the tables before it", async () => {
    const random = new Random(seedFor("durability"));
    const dataDir = temporaryDirectory("durability");
    const owners = Array.from(
      { length: TABLES },
      (_, i) => new TableOwner(`t${i % 2 ? "é" : "É"}${i}`, random),
    );
    for (let round = 0; round <= KILLS; round++) {
      const server = await startServer({ dataDir, withoutAuth: true, args });
      const session = { url: server.url };
      for (const owner of owners) await owner.compare(session);
      if (round === KILLS) {
        assert.equal(await server.stop(), 0);
        break;
      }
      const stop = new AbortController();
      const working = owners.map((owner) => owner.work(session, stop.signal));
      const reading = readAll(session, owners, stop.signal);
      // At the moment of an answer, while others are under way.
      const target = random.between(20, 60);
      const reached = new Promise<void>((resolve) => {
        let answers = 0;
        for (const owner of owners) owner.onAnswer = () => void (++answers === target && resolve());
      });
      await Promise.race([reached, ...working]);
      await server.kill();
      stop.abort();
      await Promise.all([...working, reading]);
    }
    const total = owners.reduce((sum, { deletions }) => sum + deletions, 0);
    console.log(
      `      ${total} tables deleted, ${owners.reduce((sum, { writes }) => sum + writes, 0)} writes`,
    );
    assert.ok(total > 0, "no table was deleted");
  });
});

describe("a lost catalog", function () {
  this.timeout(30_000);

  it("stops the start instead of giving the log's writes to whoever gets their ids", async () => {
    const dataDir = temporaryDirectory("durability");
    const server = await startServer({ dataDir, withoutAuth: true });
    const path = `/api/v3/write_lp?db=${database}`;
    assert.equal((await send({ url: server.url }, "POST", path, "m f=1 1")).status, 204);
    assert.equal(await server.stop(), 0);
    rmSync(`${dataDir}/test/catalog`, { recursive: true });
    await assert.rejects(
      startServer({ dataDir, withoutAuth: true }),
      /the catalog ends at commit 1, but the write-ahead log holds writes of commit 2/,
    );
  });
});

/** Queries must get rows or a table that is not there, whatever happens beside them. */
async function readAll(session: Session, owners: readonly TableOwner[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const { table } of owners) {
      const answer = await sql(session, `SELECT * FROM "${table}" ORDER BY time`).catch(() => undefined);
      if (answer === undefined) return;
      assert.ok(answer.status === 200 || isMissing(answer), `${answer.status} ${answer.text}`);
    }
  }
}

function sql(session: Session, q: string): Promise<Answer> {
  return sendJson(session, "POST", "/api/v3/query_sql", { db: database, q, format: "json" });
}

function isMissing({ text }: Answer): boolean {
  return /not found/.test(text);
}

interface StoredRow {
  n: number;
  generation: number;
}

/** The only writer of one table. It knows which of its rows must be there, may be there, or must not. */
class TableOwner {
  readonly table: string;
  deletions = 0;
  writes = 0;
  onAnswer: () => void = () => {};
  readonly #random: Random;
  #generation = 0;
  #next = 0;
  /** Rows of this generation that were acknowledged, and those whose answer did not come. */
  readonly #acknowledged = new Set<number>();
  readonly #unknown = new Set<number>();
  #deletionUnknown = false;

  constructor(table: string, random: Random) {
    this.table = table;
    this.#random = random;
  }

  async work(session: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answered =
        this.#acknowledged.size > 3 && this.#random.next() < 0.15
          ? await this.#delete(session)
          : await this.#write(session);
      if (!answered) return;
      this.onAnswer();
    }
  }

  async compare(session: Session): Promise<void> {
    if (this.writes === 0) return;
    const answer = await sql(session, `SELECT * FROM "${this.table}"`);
    assert.ok(answer.status === 200 || isMissing(answer), `${answer.status} ${answer.text}`);
    const rows = answer.status === 200 ? (JSON.parse(answer.text) as StoredRow[]) : [];
    const found = new Set(rows.map(({ n }) => Number(n)));
    assert.equal(found.size, rows.length, `${this.table}: nothing twice`);
    if (this.#deletionUnknown && found.size === 0) this.#beginAnew();
    this.#deletionUnknown = false;
    const missing = [...this.#acknowledged].filter((n) => !found.has(n));
    assert.deepEqual(missing, [], `${this.table}: acknowledged and not found`);
    const foreign = [...found].filter((n) => !this.#acknowledged.has(n) && !this.#unknown.has(n));
    assert.deepEqual(foreign, [], `${this.table}: found and not of this generation ${this.#generation}`);
    for (const n of found) this.#acknowledged.add(n);
    this.#unknown.clear();
  }

  /** Types change with the generation, and wide rows bring new columns and tags now and then. */
  async #write(session: Session): Promise<boolean> {
    const first = this.#next;
    const numbers = Array.from({ length: this.#random.between(1, 5) }, () => this.#next++);
    const suffix = ["i", "", "u"][this.#generation % 3];
    const lines = numbers.map((n) => {
      const wide = this.#random.next() < 0.2 ? `,x${n % 7}=${n}${suffix}` : "";
      const tag = this.#random.next() < 0.2 ? `,tag${n % 5}=v${n % 11}` : "";
      return `${this.table}${tag} n=${n}${suffix}${wide} ${n + 1}`;
    });
    for (const n of numbers) this.#unknown.add(n);
    const path = `/api/v3/write_lp?db=${database}&precision=ns`;
    const answer = await send(session, "POST", path, lines.join("\n")).catch(() => undefined);
    if (answer === undefined) return false;
    assert.equal(answer.status, 204, `${this.table}, from row ${first}: ${answer.text}`);
    for (const n of numbers) {
      this.#unknown.delete(n);
      this.#acknowledged.add(n);
    }
    this.writes++;
    return true;
  }

  async #delete(session: Session): Promise<boolean> {
    const hard = this.#random.next() < 0.5 ? "&hard_delete_at=now" : "";
    const path = `/api/v3/configure/table?db=${database}&table=${encodeURIComponent(this.table)}${hard}`;
    this.#deletionUnknown = true;
    const answer = await send(session, "DELETE", path).catch(() => undefined);
    if (answer === undefined) return false;
    assert.equal(answer.status, 200, answer.text);
    this.#deletionUnknown = false;
    this.#beginAnew();
    return true;
  }

  #beginAnew(): void {
    this.deletions++;
    this.#generation++;
    this.#acknowledged.clear();
    this.#unknown.clear();
  }
}
