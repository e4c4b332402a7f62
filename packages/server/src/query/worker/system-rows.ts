import type { Clock } from "../../foundation/index.ts";
import { QueryFailure } from "../execute/index.ts";
import type { FromWorker } from "../protocol/index.ts";
import type { CellValue } from "../result/index.ts";

const LONGEST_WAIT_MS = 10_000;

type Row = readonly CellValue[];
type Rows = readonly Row[];

/** Asks the main thread for the rows of the tables that it knows alone. */
export class SystemRows {
  readonly #tell: (message: FromWorker) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, { arrived: Row[]; resolve: (rows: Rows | undefined) => void }>();
  #lastId = 0;

  constructor(tell: (message: FromWorker) => void, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  async ask(databaseId: number, table: string): Promise<Rows> {
    const id = ++this.#lastId;
    const rows = await new Promise<Rows | undefined>((resolve) => {
      const timer = this.#clock.schedule(LONGEST_WAIT_MS, () => this.answered(id, undefined, true));
      this.#waiting.set(id, {
        arrived: [],
        resolve: (answer) => {
          timer.cancel();
          resolve(answer);
        },
      });
      this.#tell({ kind: "system-rows", id, databaseId, table });
    });
    if (rows === undefined) {
      throw new QueryFailure("query_execution_error", {
        detail: `the rows of ${table} are not available`,
      });
    }
    return rows;
  }

  answered(id: number, rows: Rows | undefined, last: boolean): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    for (const row of rows ?? []) waiting.arrived.push(row);
    if (!last) return;
    this.#waiting.delete(id);
    waiting.resolve(rows === undefined ? undefined : waiting.arrived);
  }
}
