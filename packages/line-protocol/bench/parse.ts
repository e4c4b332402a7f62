/**
 * How fast the parser reads, beside a parser made of `split` such as an application might carry.
 * Run: npx tsc -b packages/line-protocol && npx tsx packages/line-protocol/bench/parse.ts [seed]
 */
import { LineParser, Precision } from "@millrace/line-protocol";
import { type Workload, workloads } from "./workloads.ts";

const seed = Number(process.argv[2] ?? 7);
const ROUNDS = 9;
const parser = new LineParser();
const options = { precision: Precision.nanosecond, defaultTimeNs: 0n };

process.stdout.write(`seed ${seed}, Node ${process.version}, best of ${ROUNDS}\n`);
for (const workload of workloads(seed)) report(workload);

function report(workload: Workload): void {
  const { name, body, rows } = workload;
  const whole = best(() => parseWhole(body), ROUNDS);
  const batches = best(() => parseBatches(body, 10), ROUNDS);
  const text = body.toString("utf8");
  const split = best(() => parseBySplitting(text), 2);
  const rate = (seconds: number) => `${(rows / seconds / 1e6).toFixed(2)} Mrows/s`;
  const megabytes = (body.length / whole / 1e6).toFixed(0);
  process.stdout.write(
    `${name.padEnd(28)} ${rate(whole)} ${megabytes.padStart(5)} MB/s   ` +
      `10-line bodies ${rate(batches)}   split ${rate(split)}   ratio ${(split / whole).toFixed(1)}\n`,
  );
}

function parseWhole(body: Buffer): void {
  parser.reset(body, 0, body.length, options);
  while (parser.next()) if (parser.error !== 0) throw new Error(parser.errorMessage());
}

/** Small bodies, each without a newline at its end, as clients send them. */
function parseBatches(body: Buffer, linesPerBody: number): void {
  let start = 0;
  while (start < body.length) {
    let end = start;
    for (let i = 0; i < linesPerBody && end < body.length; i++) end = body.indexOf(10, end) + 1;
    parser.reset(body, start, end - start - 1, options);
    while (parser.next()) if (parser.error !== 0) throw new Error(parser.errorMessage());
    start = end;
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

function best(work: () => void, rounds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    work();
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e9);
  }
  return least;
}
