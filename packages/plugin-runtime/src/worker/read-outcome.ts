import type { RawError, RawFrame, RawOutcome, RunErrorKind } from "../protocol/index.ts";
import { checkEvents, isFields, numberOr, parse, textOr } from "./read-events.ts";

const KINDS: readonly RunErrorKind[] = ["exception", "missing-function", "memory", "budget"];

/** Reads an outcome that came out of an interpreter; undefined when a plugin tampered with the code that makes it. */
export function readOutcome(json: string): Omit<RawOutcome, "overdrawn"> | undefined {
  const fields = parse(json);
  if (!isFields(fields) || !Array.isArray(fields["events"]) || fields["tampered"] === true) return undefined;
  const error = isFields(fields["error"]) ? readError(fields["error"]) : undefined;
  const response = isFields(fields["response"]) ? readResponse(fields["response"]) : undefined;
  return {
    events: checkEvents(fields["events"]),
    durationNs: numberOr(fields["durationNs"], 0),
    ...(error ? { error } : {}),
    ...(response ? { response } : {}),
  };
}

function readError(fields: Readonly<Record<string, unknown>>): RawError {
  const phase = fields["phase"] === "call" || fields["phase"] === "return" ? fields["phase"] : "load";
  const frames = Array.isArray(fields["traceback"]) ? fields["traceback"] : [];
  return {
    type: textOr(fields["type"], ""),
    text: textOr(fields["text"], ""),
    kind: KINDS.find((kind) => kind === fields["kind"]) ?? "exception",
    phase,
    errno: textOr(fields["errno"], ""),
    traceback: frames.filter(isFields).map(
      (frame): RawFrame => ({
        file: textOr(frame["file"], ""),
        own: frame["own"] === true,
        line: numberOr(frame["line"], null),
        function: textOr(frame["function"], ""),
        ...(typeof frame["source"] === "string" ? { source: frame["source"] } : {}),
      }),
    ),
  };
}

function readResponse(fields: Readonly<Record<string, unknown>>): NonNullable<RawOutcome["response"]> {
  const pairs: unknown[] = Array.isArray(fields["headers"]) ? fields["headers"] : [];
  const headers = pairs.map((pair) => (Array.isArray(pair) ? pair : []));
  return {
    status: numberOr(fields["status"], 500),
    headers: headers.map(([name, value]) => [textOr(name, ""), textOr(value, "")] as const),
  };
}
