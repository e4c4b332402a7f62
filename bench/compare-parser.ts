import { LineParser, Precision } from "@millrace/line-protocol";
import { seededRandom } from "./harness/random.ts";
import { markdownTable, median, round } from "./harness/statistics.ts";
import { cpuWorkload } from "./workloads/cpu.ts";
import { homeBatches } from "./workloads/home.ts";

const ROUNDS = 9;
/** After so many the compiler has seen enough. */
const WARM_UP_ROUNDS = 3;
const ROWS = 40_000;
const SMALL_BODY_LINES = 10;
const options = { precision: Precision.nanosecond, defaultTimeNs: 0n };

/** The parser and one made of `split`, such as an application might carry, in turns over the same bodies. */
export function compareParser(seed: number): string {
  const rows = Object.entries(bodies(seed)).map(([name, body]) => {
    const text = body.toString();
    const parser = new LineParser();
    const seconds = inTurns([
      () => parseWhole(parser, body),
      () => parseSmall(parser, body),
      () => parseBySplitting(text),
    ]);
    const [whole, small, split] = seconds.map(median) as [number, number, number];
    const rate = (duration: number): string => round(ROWS / duration / 1000, 0);
    const megabytes = round(body.length / whole / 1e6, 0);
    return [name, rate(whole), megabytes, rate(small), rate(split), round(split / whole, 1)];
  });
  const columns = ["lines", "krows/s", "MB/s", "krows/s, 10-line bodies", "split: krows/s", "ours ÷ split"];
  return `### Parser of line protocol beside one made of \`split\`, one thread\n\n${markdownTable(columns, rows)}`;
}

function bodies(seed: number): Record<string, Buffer> {
  const cpu = (format?: (value: number) => string): Buffer =>
    cpuWorkload(seed, 4000, format).batches(ROWS, ROWS)[0]!;
  const integers = cpu();
  return {
    "cpu, 10 tags, 10 integers": integers,
    "cpu, two-decimal floats": cpu((value) => value.toFixed(2)),
    "cpu, full-precision floats": cpu(String),
    "cpu, lines in no order": shuffleLines(integers, seed),
    "home, 4 series": homeBatches(seed, ROWS, ROWS)[0]!,
  };
}

function shuffleLines(body: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const lines = body.toString().trimEnd().split("\n");
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [lines[i], lines[j]] = [lines[j]!, lines[i]!];
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Seconds of each round of each task. */
function inTurns(tasks: readonly (() => void)[]): number[][] {
  const seconds = tasks.map((): number[] => []);
  for (let i = 0; i < WARM_UP_ROUNDS + ROUNDS; i++) {
    tasks.forEach((task, index) => {
      const startedAt = performance.now();
      task();
      if (i >= WARM_UP_ROUNDS) seconds[index]!.push((performance.now() - startedAt) / 1000);
    });
  }
  return seconds;
}

function parseWhole(parser: LineParser, body: Buffer): void {
  parser.reset(body, 0, body.length, options);
  while (parser.next()) if (parser.error !== 0) throw new Error(parser.errorMessage());
}

/** Small bodies, each without a newline at its end, as clients send them. */
function parseSmall(parser: LineParser, body: Buffer): void {
  for (let start = 0, end = 0; start < body.length; start = end) {
    for (let i = 0; i < SMALL_BODY_LINES && end < body.length; i++) end = body.indexOf(10, end) + 1;
    parser.reset(body, start, end - start - 1, options);
    while (parser.next()) if (parser.error !== 0) throw new Error(parser.errorMessage());
  }
}

/** Splits text at its separators and makes an object of every row. It knows no escapes. */
function parseBySplitting(text: string): unknown[] {
  const rows: unknown[] = [];
  for (const line of text.replaceAll("\\ ", "_").split("\n")) {
    if (line === "") continue;
    const [key, fieldSet, time] = line.split(" ");
    const [measurement, ...tagPairs] = key!.split(",");
    const tags: Record<string, string> = {};
    for (const pair of tagPairs) {
      const [name, value] = pair.split("=");
      tags[name!] = value!;
    }
    const fields: Record<string, number> = {};
    for (const pair of fieldSet!.split(",")) {
      const [name, value] = pair.split("=");
      fields[name!] = value!.endsWith("i") ? Number.parseInt(value!, 10) : Number(value);
    }
    rows.push({ measurement, tags, fields, time: BigInt(time!) });
  }
  return rows;
}
