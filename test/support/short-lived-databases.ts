import assert from "node:assert/strict";
import { query, type Session, send, sendJson } from "./http.ts";
import type { Random } from "./random.ts";

type Fact = "no" | "asked" | "yes";

interface Fate {
  readonly name: string;
  created: Fact;
  deleted: Fact;
  /** Rows older than its retention period, and others. */
  oldRows: Fact;
  newRows: number;
  newRowsAsked: number;
  retained: Fact;
}

const DATABASES = "/api/v3/configure/database";
/** Databases of earlier rounds that are looked at again. */
const LOOKS = 6;

/** Creates databases, writes rows, gives them a retention period, deletes some, and knows what must be left of them. */
export class ShortLivedDatabases {
  deletions = 0;
  readonly #random: Random;
  readonly #fates: Fate[] = [];
  #unsettled: Fate[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  get count(): number {
    return this.#fates.length;
  }

  async change(session: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const fate: Fate = {
        name: `short_${this.#fates.length}`,
        created: "no",
        deleted: "no",
        oldRows: "no",
        newRows: 0,
        newRowsAsked: 0,
        retained: "no",
      };
      this.#fates.push(fate);
      this.#unsettled.push(fate);
      if (!(await this.#live(session, fate))) return;
    }
  }

  /** False: the server is gone. */
  async #live(session: Session, fate: Fate): Promise<boolean> {
    const db = fate.name;
    fate.created = "asked";
    if (!(await done(sendJson(session, "POST", DATABASES, { db })))) return false;
    fate.created = "yes";
    fate.oldRows = "asked";
    fate.newRowsAsked = this.#random.between(1, 5);
    const now = Math.floor(Date.now() / 1000);
    const lines = Array.from({ length: fate.newRowsAsked }, (_, i) => `t old=false ${now - i}`);
    const body = ["t old=true 1500000000", ...lines].join("\n");
    if (!(await done(send(session, "POST", `/api/v3/write_lp?db=${db}&precision=second`, body))))
      return false;
    fate.oldRows = "yes";
    fate.newRows = fate.newRowsAsked;
    if (this.#random.next() < 0.6) {
      fate.retained = "asked";
      if (!(await done(sendJson(session, "PUT", DATABASES, { db, retention_period: "1d" })))) return false;
      fate.retained = "yes";
    }
    if (this.#random.next() < 0.6) {
      const hard = this.#random.next() < 0.5 ? "&hard_delete_at=now" : "";
      fate.deleted = "asked";
      if (!(await done(send(session, "DELETE", `${DATABASES}?db=${db}${hard}`)))) return false;
      fate.deleted = "yes";
      this.deletions++;
    }
    return true;
  }

  /** After a restart: takes what is unknown as it is found, and expects it so from now on. */
  async compare(session: Session): Promise<void> {
    const listed = await send(session, "GET", `${DATABASES}?format=json`);
    const names = new Set(
      (JSON.parse(listed.text) as Record<string, string>[]).map((row) => row["iox::database"]),
    );
    for (const fate of this.#fates) {
      const { name, created, deleted } = fate;
      if (created === "asked") fate.created = names.has(name) ? "yes" : "no";
      else if (deleted === "asked") fate.deleted = names.has(name) ? "no" : "yes";
      assert.equal(names.has(name), fate.created === "yes" && fate.deleted !== "yes", `${name} is listed`);
    }
    const looked = new Set(this.#unsettled);
    for (let i = 0; i < LOOKS && this.#fates.length > 0; i++) looked.add(this.#random.pick(this.#fates));
    for (const fate of looked) {
      if (names.has(fate.name) && fate.oldRows !== "no") await this.#compareRows(session, fate);
    }
    this.#unsettled = [];
  }

  async #compareRows(session: Session, fate: Fate): Promise<void> {
    const rows = await query<{ old: boolean }>(session, fate.name, "SELECT old FROM t").catch(
      (error: Error) => {
        if (fate.oldRows === "asked" && error.message.includes("not found")) return [];
        throw error;
      },
    );
    const newRows = rows.filter(({ old }) => !old).length;
    const hasOld = rows.length > newRows;
    if (fate.oldRows === "asked") {
      // One write is kept as a whole or not at all.
      assert.ok(newRows === 0 || newRows === fate.newRowsAsked, `${fate.name}: ${newRows} rows`);
      fate.oldRows = newRows > 0 ? "yes" : "no";
      fate.newRows = newRows;
    }
    if (fate.retained === "asked") fate.retained = hasOld ? "no" : "yes";
    assert.equal(newRows, fate.newRows, `${fate.name}: rows`);
    assert.equal(hasOld, fate.oldRows === "yes" && fate.retained !== "yes", `${fate.name}: has its old row`);
  }
}

async function done(answer: ReturnType<typeof send>): Promise<boolean> {
  const result = await answer.catch(() => undefined);
  if (result === undefined) return false;
  assert.ok(result.status < 300, `${result.status} ${result.text}`);
  return true;
}
