/** One field of one point as some write carried it. */
export interface Claim {
  writer: string;
  n: number;
  field: string;
  value: number;
}

/** As `SELECT *` gives it: fields are absent where they are NULL. */
export interface FoundRow {
  writer: string;
  n: number;
  time: string;
  [field: string]: string | number;
}

/** What a field may hold: a later write of it that was not acknowledged may have been kept or not. */
interface Expected {
  acknowledged: number | undefined;
  unanswered: number[];
}

const key = (claim: { writer: string; n: number; field: string }): string =>
  `${claim.writer}/${claim.n}/${claim.field}`;

/**
 * What was sent and what was acknowledged, kept outside of the server: after a crash, acknowledged ⊆ found ⊆ sent,
 * every point once, the fields of a point written twice merged, and the last write of a field wins.
 */
export class Ledger {
  readonly #fields = new Map<string, Expected>();
  #acknowledged = 0;

  /** Fields whose write was acknowledged; each write counts. */
  get acknowledgedCount(): number {
    return this.#acknowledged;
  }

  /** A field must not be sent again before its last write was answered or failed. */
  sending(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const expected = this.#fields.get(key(claim));
      if (expected !== undefined) expected.unanswered.push(claim.value);
      else this.#fields.set(key(claim), { acknowledged: undefined, unanswered: [claim.value] });
    }
  }

  acknowledged(claims: readonly Claim[]): void {
    this.#acknowledged += claims.length;
    for (const claim of claims) this.#fields.set(key(claim), { acknowledged: claim.value, unanswered: [] });
  }

  /**
   * Describes every disagreement with what the server holds; empty means none. What was found is then what must be
   * found from now on: nothing that is gone may come back.
   */
  disagreements(rows: readonly FoundRow[]): string[] {
    const problems: string[] = [];
    const found = new Map<string, number>();
    const points = new Set<string>();
    for (const { time: _, ...row } of rows) {
      const point = `${row.writer}/${row.n}`;
      if (points.has(point)) problems.push(`${point}: stored twice`);
      points.add(point);
      for (const [field, value] of Object.entries(row)) {
        if (field !== "writer" && field !== "n") found.set(key({ ...row, field }), Number(value));
      }
    }
    for (const claim of found.keys()) if (!this.#fields.has(claim)) problems.push(`${claim}: never sent`);
    for (const [claim, { acknowledged, unanswered }] of this.#fields) {
      const value = found.get(claim);
      if (value !== acknowledged && !unanswered.includes(value ?? Number.NaN))
        problems.push(`${claim}: acknowledged ${acknowledged}, unanswered ${unanswered}, found ${value}`);
      if (value === undefined) this.#fields.delete(claim);
      else this.#fields.set(claim, { acknowledged: value, unanswered: [] });
    }
    return problems;
  }
}
