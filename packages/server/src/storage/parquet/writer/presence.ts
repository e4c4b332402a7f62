import { countBits } from "../../bits/index.ts";

/** Which rows of a column have values. */
export interface Presence {
  readonly rowCount: number;
  readonly nullCount: number;
  /** Undefined: every row has a value. */
  readonly validity: Uint8Array | undefined;
}

export function presenceOf(validity: Uint8Array | undefined, rowCount: number): Presence {
  const nullCount = validity === undefined ? 0 : rowCount - countBits(validity, 0, rowCount);
  return { rowCount, nullCount, validity: nullCount === 0 ? undefined : validity };
}
