import { LineParser, type Point, Precision, readPoint } from "@millrace/line-protocol";

/** A line that a plugin wrote. */
export interface WrittenLine {
  readonly text: string;
  /** Absent when the text is no line protocol; `problem` says why. */
  readonly point?: Point;
  readonly problem?: string;
  /** Equal for lines that mean the same point, in whatever order their tags and fields are. */
  readonly key: string;
}

export function readLines(text: string): WrittenLine[] {
  const bytes = new TextEncoder().encode(text);
  const parser = new LineParser();
  parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  const decoder = new TextDecoder();
  const lines: WrittenLine[] = [];
  while (parser.next()) {
    const line = decoder.decode(bytes.subarray(parser.lineStart, parser.lineEnd)).trimEnd();
    if (parser.error !== 0) {
      lines.push({ text: line, problem: parser.errorMessage(), key: line });
      continue;
    }
    const { timeNs, ...rest } = readPoint(parser);
    const point: Point = parser.hasTime ? { ...rest, timeNs } : rest;
    lines.push({ text: line, point, key: pointKey(point) });
  }
  return lines;
}

export function pointKey({ measurement, tags, fields, timeNs }: Point): string {
  const byKey = (one: [string, ...unknown[]], other: [string, ...unknown[]]) => (one[0] < other[0] ? -1 : 1);
  return JSON.stringify([
    measurement,
    tags.map(({ key, value }): [string, string] => [key, value]).sort(byKey),
    fields
      .map(({ key, value }): [string, ...unknown[]] => [key, value.type, String(value.value)])
      .sort(byKey),
    timeNs === undefined ? null : String(timeNs),
  ]);
}
