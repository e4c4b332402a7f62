import type { ColumnBatch } from "@millrace/plugin-runtime";
import { QueryFailure } from "../execute/index.ts";
import type { Batch, ResultColumn } from "../result/index.ts";
import { batchBytes, columnBatch } from "./column-batch.ts";
import type { RowSink } from "./query-run.ts";

/** A plugin gets its whole result at once as Python objects; far larger ones would not fit its memory. */
const MOST_RESULT_BYTES = 256 * 1024 * 1024;

/** Gathers a result for an interpreter. */
export class BatchSink implements RowSink {
  readonly batches: ColumnBatch[] = [];
  #columns: readonly ResultColumn[] = [];
  #sizeBytes = 0;

  columns(columns: readonly ResultColumn[]): void {
    this.#columns = columns;
  }

  async batch(batch: Batch): Promise<boolean> {
    const converted = columnBatch(batch, this.#columns);
    this.#sizeBytes += batchBytes(converted);
    if (this.#sizeBytes > MOST_RESULT_BYTES) {
      const limit = `${MOST_RESULT_BYTES / (1024 * 1024)} MiB`;
      throw new QueryFailure("query_resources_exhausted", {
        detail: `the result is larger than the ${limit} that a plugin can receive; aggregate it or add a LIMIT`,
      });
    }
    this.batches.push(converted);
    return true;
  }
}
