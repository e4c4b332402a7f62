/** One field of one point as some write carried it. */
export interface Claim {
  writer: string;
  n: number;
  field: "a" | "b";
  value: number;
}

export interface FoundRow {
  writer: string;
  n: number;
  a?: number;
  b?: number;
}

const key = (claim: { writer: string; n: number; field: string }): string =>
  `${claim.writer}/${claim.n}/${claim.field}`;

/**
 * What was sent and what was acknowledged, kept outside of the server: after a crash, acknowledged ⊆ found ⊆ sent,
 * every point once, and the fields of a point written twice merged.
 */
export class Ledger {
  readonly #sent = new Map<string, number>();
  readonly #acknowledged = new Map<string, number>();

  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  sending(claims: readonly Claim[]): void {
    for (const claim of claims) this.#sent.set(key(claim), claim.value);
  }

  acknowledged(claims: readonly Claim[]): void {
    for (const claim of claims) this.#acknowledged.set(key(claim), claim.value);
  }

  /** Describes every disagreement with what the server holds; empty means none. */
  disagreements(rows: readonly FoundRow[]): string[] {
    const problems: string[] = [];
    const found = new Map<string, number>();
    const points = new Set<string>();
    for (const row of rows) {
      const point = `${row.writer}/${row.n}`;
      if (points.has(point)) problems.push(`${point}: stored twice`);
      points.add(point);
      for (const field of ["a", "b"] as const) {
        const value = row[field];
        if (value !== undefined) found.set(key({ ...row, field }), value);
      }
    }
    for (const [claim, value] of this.#acknowledged) {
      if (found.get(claim) !== value)
        problems.push(`${claim}: acknowledged ${value}, found ${found.get(claim)}`);
    }
    for (const [claim, value] of found) {
      if (this.#sent.get(claim) !== value)
        problems.push(`${claim}: found ${value}, sent ${this.#sent.get(claim)}`);
    }
    return problems;
  }
}
