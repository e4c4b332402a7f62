import type { RawError, RawFrame, RawOutcome, RunErrorKind } from "../protocol/index.ts";
import { checkEvents, isFields, numberOr, parse, textOr } from "./read-events.ts";

/** What HTTP clients take, and what an answer is made of on the thread that serves all others. */
const HEADERS_MAX = 1000;
const HEADERS_LENGTH_MAX = 256 * 2 ** 10;
/** Exceptions can have any text; this much of it is read by people. */
const ERROR_TEXT_MAX = 256 * 2 ** 10;
const NAME_MAX = 1000;
const FRAMES_MAX = 100;

const KINDS: readonly RunErrorKind[] = ["exception", "missing-function", "memory", "budget"];

/** Reads an outcome that came out of an interpreter; undefined when a plugin tampered with the code that makes it. */
export function readOutcome(json: string): Omit<RawOutcome, "overdrawn"> | undefined {
  const fields = parse(json);
  if (!isFields(fields) || !Array.isArray(fields["events"]) || fields["tampered"] === true) return undefined;
  const durationNs = numberOr(fields["durationNs"], 0);
  const response = isFields(fields["response"]) ? readResponse(fields["response"]) : undefined;
  if (response !== undefined && !isWithinBounds(response.headers)) {
    return { events: checkEvents(fields["events"]), durationNs, error: TOO_MANY_HEADERS };
  }
  const error = isFields(fields["error"]) ? readError(fields["error"]) : undefined;
  return {
    events: checkEvents(fields["events"]),
    durationNs,
    ...(error ? { error } : {}),
    ...(response ? { response } : {}),
  };
}

function readError(fields: Readonly<Record<string, unknown>>): RawError {
  const phase = fields["phase"] === "call" || fields["phase"] === "return" ? fields["phase"] : "load";
  const frames = Array.isArray(fields["traceback"]) ? fields["traceback"] : [];
  return {
    type: cut(textOr(fields["type"], ""), NAME_MAX),
    text: cut(textOr(fields["text"], ""), ERROR_TEXT_MAX),
    kind: KINDS.find((kind) => kind === fields["kind"]) ?? "exception",
    phase,
    errno: textOr(fields["errno"], ""),
    traceback: frames
      .filter(isFields)
      .slice(0, FRAMES_MAX)
      .map(
        (frame): RawFrame => ({
          file: cut(textOr(frame["file"], ""), NAME_MAX),
          own: frame["own"] === true,
          line: numberOr(frame["line"], null),
          function: cut(textOr(frame["function"], ""), NAME_MAX),
          ...(typeof frame["source"] === "string" ? { source: cut(frame["source"], NAME_MAX) } : {}),
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

const TOO_MANY_HEADERS: RawError = {
  type: "",
  text:
    `the plugin returned more headers than an answer may have: ${HEADERS_MAX} of them, ` +
    `${HEADERS_LENGTH_MAX} characters in all. Return fewer, or put it into the body.`,
  kind: "exception",
  phase: "return",
  errno: "",
  traceback: [],
};

function isWithinBounds(headers: NonNullable<RawOutcome["response"]>["headers"]): boolean {
  if (headers.length > HEADERS_MAX) return false;
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= HEADERS_LENGTH_MAX;
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}… (${text.length} characters)`;
}
