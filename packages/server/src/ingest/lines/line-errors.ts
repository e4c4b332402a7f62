import type { LineParser } from "@millrace/line-protocol";
import type { LineError } from "../types.ts";

const ORIGINAL_LINE_BYTES = 20;
/** A body of nothing but bad lines must not become an answer many times its size. */
const LISTED_ERRORS = 10_000;

/** Why lines of a body were refused: docs/reference/line-protocol.md, "Partial writes". */
export class LineErrors {
  readonly listed: LineError[] = [];
  #unlisted = 0;
  #firstUnlisted: LineError | undefined;

  get count(): number {
    return this.listed.length + this.#unlisted;
  }

  add(line: LineParser, message: string): void {
    if (this.listed.length < LISTED_ERRORS) this.listed.push(describe(line, message));
    else {
      this.#firstUnlisted ??= describe(line, message);
      this.#unlisted++;
    }
  }

  /** The errors to answer with; when there are too many to list, the last entry says how many are missing. */
  list(): readonly LineError[] {
    if (this.#firstUnlisted === undefined) return this.listed;
    const more = `${this.#unlisted} more lines from here on were rejected and are not listed`;
    return [...this.listed, { ...this.#firstUnlisted, error_message: more }];
  }
}

function describe(line: LineParser, message: string): LineError {
  return { error_message: message, line_number: line.lineNumber, original_line: originalLine(line) };
}

/** The line's first bytes, without half a character at the end. */
function originalLine({ bytes, lineStart, lineEnd }: LineParser): string {
  let end = Math.min(lineEnd, lineStart + ORIGINAL_LINE_BYTES);
  while (end < lineEnd && end > lineStart && isContinuation(bytes[end]!)) end--;
  return Buffer.from(bytes.subarray(lineStart, end)).toString();
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
