import type { DataFile } from "../../storage/index.ts";
import { QueryFailure } from "../execute/index.ts";
import type { Buffered, SourcePlan } from "./plan-source.ts";

/** Every file that a plan reads, once. */
export function filesOf(plan: SourcePlan<Buffered>): readonly DataFile[] {
  return [
    ...new Set([
      ...plan.whole,
      ...plan.stretches.map((stretch) => stretch.file),
      ...plan.merges.flatMap((merge) => merge.files),
    ]),
  ];
}

/** The limit is one of files for each table that is read: docs/reference/configuration.md. */
export function checkFileLimit(files: readonly DataFile[], limit: number | undefined): void {
  if (limit === undefined || files.length <= limit) return;
  throw new QueryFailure("query_execution_error", {
    detail:
      `External error: Query would scan ${limit} Parquet files, exceeding the file limit. ` +
      "Narrow the time range of the query, or raise the limit with --query-file-limit",
  });
}
