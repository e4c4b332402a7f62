import type { ByteSink } from "../bytes/index.ts";
import type { ColumnEncoding, ValueRange } from "../format/index.ts";
import type { PageRows } from "./pages.ts";

/** How the values of a column in a row group are going to be written. Valid until the next one is planned. */
export interface ColumnPlan {
  readonly rowCount: number;
  readonly nullCount: number;
  /** Undefined: every row has a value. */
  readonly validity: Uint8Array | undefined;
  readonly range: ValueRange | undefined;
  readonly dictionary?: { readonly count: number; readonly bytes: Uint8Array };
  /** Whether compressing the pages may be worth the time. */
  readonly compressible?: boolean;
  readonly pages: readonly PageRows[];
  /** Called for the pages one after the other. */
  writeValues(sink: ByteSink, page: PageRows): ColumnEncoding;
}
