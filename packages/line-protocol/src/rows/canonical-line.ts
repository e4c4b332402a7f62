import { decodeUtf8 } from "../foundation/index.ts";
import { Syntax, scanLine } from "../grammar/index.ts";
import { ParsedLine } from "../line/index.ts";
import type { LineParser } from "../parser/index.ts";
import { formatLine } from "../print/index.ts";
import { readPoint } from "./read-point.ts";

/**
 * The accepted line on which the parser stands, as text that means the same in any body of the same precision:
 * the line itself, or when that is not self-contained, its point printed anew with the timestamp as written.
 */
export function canonicalLine(parser: LineParser): string {
  const { bytes, lineStart, lineEnd } = parser;
  if (parser.isSelfContained) return decodeUtf8(bytes, lineStart, lineEnd);
  const syntax = new Syntax();
  scanLine(bytes, lineStart, lineEnd, new ParsedLine(), syntax);
  const { timeStart, timeEnd } = syntax;
  const timeNs = timeStart < 0 ? undefined : BigInt(decodeUtf8(bytes, timeStart, timeEnd));
  return formatLine({ ...readPoint(parser), timeNs });
}
