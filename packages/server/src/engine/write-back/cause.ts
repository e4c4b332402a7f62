import { ServerError } from "../../foundation/index.ts";
import type { LineError } from "../../ingest/index.ts";

function firstLineError(data: unknown): LineError | undefined {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  return typeof first === "object" && first !== null && "error_message" in first
    ? (first as LineError)
    : undefined;
}

/** What a plugin reads of a write that was refused: the reason of the first bad line, where there is one. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = error instanceof ServerError ? firstLineError(error.data) : undefined;
  return line === undefined ? error.message : `line protocol parse failed: ${line.error_message}`;
}
