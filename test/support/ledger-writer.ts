import assert from "node:assert/strict";
import { query, type Session, send } from "./http.ts";
import type { Claim, FoundRow, Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

const DAYS = 3n;
const FIRST_NS = 1_700_000_000_000_000_000n;
const DAY_NS = 86_400_000_000_000n;
const database = "ledger";

/** What the server holds is what the ledger says, however it is asked. */
export async function compare(session: Session, ledger: Ledger, when: string): Promise<void> {
  if (ledger.acknowledgedCount === 0) return;
  const rows = await query<FoundRow>(session, database, "SELECT * FROM points");
  const problems = ledger.disagreements(rows);
  assert.deepEqual(problems.slice(0, 10), [], `${when}: ${problems.length} disagreements`);
  // Plans that read fewer columns come to the same rows.
  const sql = "SELECT writer, count(*) AS rows, sum(n) AS n FROM points GROUP BY writer ORDER BY writer";
  const sums = new Map<string, { writer: string; rows: number; n: number }>();
  for (const { writer, n } of rows) {
    const sum = sums.get(writer) ?? { writer, rows: 0, n: 0 };
    sums.set(writer, { writer, rows: sum.rows + 1, n: sum.n + n });
  }
  const expected = [...sums.values()].sort((a, b) => (a.writer < b.writer ? -1 : 1));
  assert.deepEqual(await query(session, database, sql), expected, when);
}

/** Writes points of its own until it is told to stop or nobody answers. */
export class LedgerWriter {
  readonly #name: string;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #known: number[] = [];
  readonly #mayFail: boolean;
  #next = 0;
  failures = 0;

  /** `mayFail`: the server's store has faults, and its failures are told. */
  constructor(name: string, ledger: Ledger, random: Random, { mayFail = false } = {}) {
    this.#mayFail = mayFail;
    this.#name = name;
    this.#ledger = ledger;
    this.#random = random;
  }

  async write(session: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claims = this.#claims();
      const body = claims.map((claim) => this.#line(claim)).join("\n");
      const path = `/api/v3/write_lp?db=${database}&precision=ns`;
      this.#ledger.sending(claims);
      // Without an answer the server is gone: what was under way is sent, but not acknowledged.
      const answer = await send(session, "POST", path, body).catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status >= 500 && this.#mayFail) {
        this.failures++;
        continue;
      }
      assert.equal(answer.status, 204, answer.text);
      this.#ledger.acknowledged(claims);
      for (const claim of claims) if (claim.n >= this.#known.length) this.#known.push(claim.n);
    }
  }

  #claims(): Claim[] {
    const fresh = this.#random.between(1, 20);
    const claims = Array.from({ length: fresh }, () => this.#claim(this.#next++, "a"));
    const again = new Set<number>();
    if (this.#known.length > 0) for (let i = 0; i < 4; i++) again.add(this.#random.pick(this.#known));
    for (const n of again) claims.push(this.#claim(n, this.#field()));
    return claims;
  }

  /** Mostly those that are there, now and then a new one. */
  #field(): string {
    const choice = this.#random.next();
    if (choice < 0.3) return "a";
    return choice < 0.95 ? "b" : `c${this.#random.between(0, 30)}`;
  }

  #claim(n: number, field: string): Claim {
    return { writer: this.#name, n, field, value: this.#random.between(0, 1_000_000) };
  }

  /** Times are all over the days and in no order: files of different snapshots lie over each other. */
  #line({ writer, n, field, value }: Claim): string {
    const scattered = BigInt(Math.imul(n, 0x9e3779b1) >>> 0) * 1_000n;
    const time = FIRST_NS + (BigInt(n) % DAYS) * DAY_NS + scattered;
    return `points,writer=${writer} n=${n}i,${field}=${value}i ${time}`;
  }
}
