import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send } from "./support/http.ts";
import { type Claim, type FoundRow, Ledger } from "./support/ledger.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer } from "./support/server.ts";

const KILLS = process.env["MILLRACE_TEST_FULL"] ? 100 : 20;
const WRITERS = 4;
const database = "crash";

/**
 * Kills the server at random moments while writers keep writing, and compares what it holds after each restart with
 * a ledger of its own. A point's field `a` comes first; later writes give field `b` to points already acknowledged.
 */
describe(`crash: ${KILLS} times SIGKILL under concurrent writers`, function () {
  this.timeout(KILLS * 15_000);

  it("keeps every acknowledged point once, invents none, and merges fields", async () => {
    const random = new Random(seedFor("crash"));
    const dataDir = temporaryDirectory("crash");
    const ledger = new Ledger();
    const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, ledger, random));

    for (let round = 0; round < KILLS; round++) {
      const server = await startServer({ dataDir, withoutAuth: true });
      await compare({ url: server.url }, ledger, round);
      const stop = new AbortController();
      const writing = writers.map((writer) => writer.write({ url: server.url }, stop.signal));
      await delay(random.between(30, 300));
      await server.kill();
      stop.abort();
      await Promise.all(writing);
    }
    const server = await startServer({ dataDir, withoutAuth: true });
    await compare({ url: server.url }, ledger, KILLS);
    assert.equal(await server.stop(), 0);
    assert.ok(
      ledger.acknowledgedCount > KILLS * WRITERS,
      `only ${ledger.acknowledgedCount} fields acknowledged`,
    );
    console.log(`      ${ledger.acknowledgedCount} acknowledged fields, all found`);
  });
});

async function compare(session: Session, ledger: Ledger, round: number): Promise<void> {
  if (ledger.acknowledgedCount === 0) return;
  const rows = await query<FoundRow>(session, database, "SELECT * FROM points");
  const problems = ledger.disagreements(rows);
  assert.deepEqual(problems.slice(0, 10), [], `after kill ${round}: ${problems.length} disagreements`);
}

class Writer {
  readonly #name: string;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #withoutB: number[] = [];
  #next = 0;

  constructor(name: string, ledger: Ledger, random: Random) {
    this.#name = name;
    this.#ledger = ledger;
    this.#random = random;
  }

  async write(session: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claims = this.#claims();
      const body = claims.map((claim) => this.#line(claim)).join("\n");
      this.#ledger.sending(claims);
      try {
        const { status, text } = await send(
          session,
          "POST",
          `/api/v3/write_lp?db=${database}&precision=ns`,
          body,
        );
        assert.equal(status, 204, text);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // The server is gone: what was under way is sent, but not acknowledged.
      }
      this.#ledger.acknowledged(claims);
      for (const claim of claims) if (claim.field === "a") this.#withoutB.push(claim.n);
    }
  }

  #claims(): Claim[] {
    const claims: Claim[] = [];
    const fresh = this.#random.between(1, 20);
    for (let i = 0; i < fresh; i++) claims.push(this.#claim(this.#next++, "a"));
    while (this.#withoutB.length > 0 && claims.length < fresh + 3)
      claims.push(this.#claim(this.#withoutB.pop()!, "b"));
    return claims;
  }

  #claim(n: number, field: "a" | "b"): Claim {
    return { writer: this.#name, n, field, value: this.#random.between(0, 1_000_000) };
  }

  #line({ writer, n, field, value }: Claim): string {
    return `points,writer=${writer} n=${n}i,${field}=${value}i ${1_700_000_000_000_000_000n + BigInt(n)}`;
  }
}
