import { LineParser, type ParseOptions, type Point, Precision, readPoint } from "@millrace/line-protocol";
import type { Outcome } from "./reference-parser.ts";

export const NANOSECONDS: ParseOptions = { precision: Precision.nanosecond, defaultTimeNs: 0n };

/** Reads a body to the end: every line's point, or its error text. Lines without time have none. */
export function parseWith(parser: LineParser, body: string | Uint8Array, options = NANOSECONDS): Outcome[] {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  parser.reset(bytes, 0, bytes.length, options);
  return outcomes(parser);
}

export function parse(body: string | Uint8Array, options = NANOSECONDS): Outcome[] {
  return parseWith(new LineParser(), body, options);
}

export function outcomes(parser: LineParser): Outcome[] {
  const results: Outcome[] = [];
  while (parser.next()) {
    if (parser.error !== 0) results.push({ error: parser.errorMessage() });
    else
      results.push({
        point: parser.hasTime ? readPoint(parser) : { ...readPoint(parser), timeNs: undefined },
      });
  }
  return results;
}

/** The only line of a body, which must be accepted. */
export function parsePoint(line: string, options = NANOSECONDS): Point {
  const [outcome, ...others] = parse(line, options);
  if (outcome === undefined || others.length > 0) throw new Error(`not one line: ${JSON.stringify(line)}`);
  if ("error" in outcome) throw new Error(outcome.error);
  return outcome.point;
}

/** The error text of the only line of a body. */
export function parseError(line: string, options = NANOSECONDS): string {
  const [outcome, ...others] = parse(line, options);
  if (outcome === undefined || others.length > 0) throw new Error(`not one line: ${JSON.stringify(line)}`);
  if ("point" in outcome) throw new Error(`accepted: ${JSON.stringify(line)}`);
  return outcome.error;
}
