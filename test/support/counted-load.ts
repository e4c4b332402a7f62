import assert from "node:assert/strict";
import { type Answer, query, type Session, send } from "./http.ts";
import type { Random } from "./random.ts";

const DAYS = 3;
const FIRST_NS = 1_700_006_400_000_000_000n;
const DAY_NS = 86_400_000_000_000n;
const database = "counted";

interface Tally {
  readonly writer: string;
  readonly day: number;
  /** Points sent and acknowledged; those that have the second field too. */
  sent: number;
  acknowledged: number;
  sentB: number;
  acknowledgedB: number;
}

interface Shape {
  readonly sql: string;
  readonly field: "a" | "b";
  readonly covers: (tally: Tally) => boolean;
}

export interface CountedLoadOptions {
  readonly writers: number;
  readonly linesPerWrite: number;
  readonly random: Random;
  /** Refused writes are sent again; default: they are failures. */
  readonly onRefused?: (answer: Answer) => Promise<void>;
}

const dayStart = (day: number): string =>
  new Date(Number((FIRST_NS + BigInt(day) * DAY_NS) / 1_000_000n)).toISOString();

/** Every point has `a=1i`, some have `b=1i`: sums are counts, and a row that is missing or doubled shows in them. */
const shapes: Shape[] = [
  { sql: "SELECT count(*) AS n FROM load", field: "a", covers: () => true },
  { sql: "SELECT sum(a) AS n FROM load", field: "a", covers: () => true },
  { sql: "SELECT sum(b) AS n FROM load", field: "b", covers: () => true },
  { sql: "SELECT count(b) AS n FROM load WHERE a = 1", field: "b", covers: () => true },
  {
    sql: "SELECT count(*) AS n FROM load WHERE writer = 'w1'",
    field: "a",
    covers: ({ writer }) => writer === "w1",
  },
  {
    sql: `SELECT count(*) AS n FROM load WHERE time >= '${dayStart(1)}' AND time < '${dayStart(2)}'`,
    field: "a",
    covers: ({ day }) => day === 1,
  },
  {
    sql: `SELECT sum(b) AS n FROM load WHERE writer <> 'w0' AND time >= '${dayStart(1)}'`,
    field: "b",
    covers: ({ writer, day }) => writer !== "w0" && day >= 1,
  },
  {
    sql: "SELECT count(*) AS n FROM (SELECT DISTINCT writer, time FROM load)",
    field: "a",
    covers: () => true,
  },
];

/**
 * Writers of points, many late and out of order, many twice, that know at each moment how many a query must find at
 * least (acknowledged before it is asked) and at most (sent before it answers).
 */
export class CountedLoad {
  queries = 0;
  /** Sent so far, each time a point was. */
  lines = 0;
  readonly #options: CountedLoadOptions;
  readonly #tallies: Tally[] = [];
  readonly #writers: Promise<void>[];
  readonly #stop = new AbortController();

  constructor(session: Session, options: CountedLoadOptions) {
    this.#options = options;
    this.#writers = Array.from({ length: options.writers }, (_, i) => this.#write(session, `w${i}`));
    // Reported by `ended`; until then nobody may be listening.
    for (const writer of this.#writers) writer.catch(() => this.#stop.abort());
  }

  get acknowledged(): number {
    return this.#sum(shapes[0]!, "acknowledged");
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Resolves when all writers have ended: of themselves when the server is gone. */
  async ended(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#writers);
  }

  /** Asks each question once; `exact`: nobody writes any more, and all that was sent was acknowledged. */
  async check(session: Session): Promise<void> {
    for (const shape of shapes) {
      const least = this.#sum(shape, "acknowledged");
      const [row] = await query<{ n: number | null }>(session, database, shape.sql);
      const most = this.#sum(shape, "sent");
      const found = row!.n ?? 0;
      assert.ok(least <= found && found <= most, `${shape.sql}: ${found}, not ${least} to ${most}`);
      this.queries++;
    }
  }

  #sum({ field, covers }: Shape, what: "sent" | "acknowledged"): number {
    let sum = 0;
    for (const tally of this.#tallies) {
      if (covers(tally)) sum += field === "a" ? tally[what] : tally[`${what}B`];
    }
    return sum;
  }

  async #write(session: Session, writer: string): Promise<void> {
    const { random, linesPerWrite, onRefused } = this.#options;
    const tallies = Array.from(
      { length: DAYS },
      (_, day): Tally => ({ writer, day, sent: 0, acknowledged: 0, sentB: 0, acknowledgedB: 0 }),
    );
    this.#tallies.push(...tallies);
    let next = 0;
    const withoutB: number[] = [];
    while (!this.#stop.signal.aborted) {
      const fresh = Array.from({ length: random.between(1, linesPerWrite) }, () => next++);
      const widened = withoutB.splice(0, random.between(0, fresh.length >> 1));
      for (const n of fresh) tallies[n % DAYS]!.sent++;
      for (const n of widened) tallies[n % DAYS]!.sentB++;
      const lines = fresh.map((n) => line(writer, n, "a=1i"));
      for (const n of widened) lines.push(line(writer, n, "b=1i"));
      // The same points once more, as clients do that did not hear the answer.
      for (const n of fresh) if (n > 9 && n % 5 === 0) lines.push(line(writer, n - 7, "a=1i"));
      this.lines += lines.length;
      const path = `/api/v3/write_lp?db=${database}&precision=ns`;
      for (;;) {
        const answer = await send(session, "POST", path, lines.join("\n")).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status === 204) break;
        if (answer.status !== 503 || onRefused === undefined) assert.fail(`${answer.status} ${answer.text}`);
        await onRefused(answer);
      }
      for (const n of fresh) {
        tallies[n % DAYS]!.acknowledged++;
        if (random.next() < 0.7) withoutB.push(n);
      }
      for (const n of widened) tallies[n % DAYS]!.acknowledgedB++;
    }
  }
}

/** Times in no order: files of different snapshots lie over each other. */
function line(writer: string, n: number, field: string): string {
  const scattered = BigInt(Math.imul(n, 0x9e3779b1) >>> 0) * 10_000n;
  return `load,writer=${writer} ${field} ${FIRST_NS + BigInt(n % DAYS) * DAY_NS + scattered}`;
}
