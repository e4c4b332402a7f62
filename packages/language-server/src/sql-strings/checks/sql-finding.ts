import type { Span } from "../../text/index.ts";

/** What is wrong with a piece of SQL. */
export interface SqlFinding {
  readonly code: string;
  /** In the SQL. */
  readonly span: Span;
  readonly message: string;
  readonly severity?: "error" | "warning";
  /** SQL that is probably meant instead. */
  readonly replacement?: string | undefined;
}
