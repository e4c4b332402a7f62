/**
 * CPU time of our Parquet writer and reader beside DuckDB's COPY, for a million rows of ten tags and ten fields sorted
 * by series. Run: npx tsx packages/server/bench/parquet.ts
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ColumnBatch, ColumnVector, FileColumn } from "#src/storage/index.js";
import { ParquetFile, ParquetWriter } from "#src/storage/parquet/index.js";
import { seededRandom } from "../../../bench/harness/random.ts";
import { markdownTable, median, round } from "../../../bench/harness/statistics.ts";

const ROWS = 1_000_000;
const GROUP_ROWS = 122_880;
const SERIES_ROWS = 1000;
const ROUNDS = 9;
const WARM_UP_ROUNDS = 3;
/** By tag: how many values it has. */
const TAG_VALUES = [1000, 9, 27, 100, 3, 3, 20, 2, 3, 10];
const FIELDS = 10;
const random = seededRandom(42);
const encoder = new TextEncoder();

function columnsOf(fieldType: 1 | 2): FileColumn[] {
  const tags = TAG_VALUES.map((_, i) => ({ id: i + 1, name: `tag${i}`, kind: "tag" as const }));
  const fields = Array.from({ length: FIELDS }, (_, i) => ({
    id: TAG_VALUES.length + i + 1,
    name: `field${i}`,
    kind: "field" as const,
    fieldType,
  }));
  return [{ id: 0, name: "time", kind: "time" }, ...tags, ...fields];
}

/** Fields walk between 0 and 100: by whole steps, or by hundredths. */
function batches(isFloat: boolean): ColumnBatch[] {
  const dictionaries = TAG_VALUES.map((count, tag) =>
    Array.from({ length: count }, (_, value) => encoder.encode(`value_${tag}_${value}`)),
  );
  const series = Array.from({ length: ROWS / SERIES_ROWS }, (_, host) =>
    TAG_VALUES.map((count, tag) => (tag === 0 ? host : Math.floor(random() * count))),
  );
  const walked = new Array<number>(FIELDS).fill(50);
  const step = (field: number): number => {
    const by = isFloat ? Math.round((random() - 0.5) * 200) / 100 : Math.floor(random() * 3) - 1;
    walked[field] = Math.round(Math.max(0, Math.min(100, walked[field]! + by)) * 100) / 100;
    return walked[field]!;
  };
  const result: ColumnBatch[] = [];
  for (let first = 0; first < ROWS; first += GROUP_ROWS) {
    const rowCount = Math.min(GROUP_ROWS, ROWS - first);
    const hostOf = (row: number): number => Math.floor((first + row) / SERIES_ROWS);
    const time = (row: number) =>
      1_451_606_400_000_000_000n + BigInt((first + row) % SERIES_ROWS) * 10n ** 10n;
    const tag = (index: number): ColumnVector => ({
      kind: "tag",
      ids: Int32Array.from({ length: rowCount }, (_, row) => series[hostOf(row)]![index]!),
      dictionary: dictionaries[index]!,
    });
    const field = (index: number): ArrayBuffer =>
      isFloat
        ? Float64Array.from({ length: rowCount }, () => step(index)).buffer
        : BigInt64Array.from({ length: rowCount }, () => BigInt(step(index))).buffer;
    const words = (buffer: ArrayBuffer): ColumnVector => ({
      kind: "words",
      words: new Int32Array(buffer),
      validity: undefined,
    });
    const times = BigInt64Array.from({ length: rowCount }, (_, row) => time(row)).buffer;
    const fields = Array.from({ length: FIELDS }, (_, index) => words(field(index)));
    result.push({
      rowCount,
      columns: [words(times), ...TAG_VALUES.map((_, index) => tag(index)), ...fields],
    });
  }
  return result;
}

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function compare(name: string, isFloat: boolean, directory: string): Promise<string[]> {
  const columns = columnsOf(isFloat ? 1 : 2);
  const input = batches(isFloat);
  const write = (): Buffer => {
    const writer = new ParquetWriter({ columns });
    for (const batch of input) writer.addRowGroup(batch);
    return Buffer.concat(writer.finish().pieces);
  };
  const bytes = write();
  const read = (): void => {
    const source = {
      sizeBytes: bytes.length,
      read: (at: number, length: number) => bytes.subarray(at, at + length),
    };
    const file = ParquetFile.open(source, name);
    const ids = columns.map(({ id }) => id);
    for (const group of file.rowGroups.keys()) file.readColumns(group, ids);
  };
  const ours = path.join(directory, "ours.parquet");
  const theirs = path.join(directory, "theirs.parquet");
  writeFileSync(ours, bytes);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE data AS SELECT * FROM '${ours}'`);
  const copy = () => connection.run(`COPY data TO '${theirs}' (FORMAT parquet, COMPRESSION zstd)`);
  const spent: [number, number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    spent.push([await cpuMs(write), await cpuMs(read), await cpuMs(copy)]);
  }
  connection.closeSync();
  instance.closeSync();
  const [writing, reading, copying] = [0, 1, 2].map((part) =>
    median(spent.slice(WARM_UP_ROUNDS).map((times) => times[part as 0 | 1 | 2])),
  ) as [number, number, number];
  const perRow = (size: number): string => round(size / ROWS, 2);
  return [
    name,
    round(writing, 0),
    perRow(bytes.length),
    round(copying, 0),
    perRow(statSync(theirs).size),
    round(copying / writing, 1),
    round((ROWS * columns.length) / reading / 1000, 0),
  ];
}

const directory = mkdtempSync(path.join(os.tmpdir(), "millrace-parquet-"));
try {
  const rows = [await compare("integers", false, directory), await compare("floats", true, directory)];
  const heads = [
    "fields",
    "write, CPU ms",
    "B/row",
    "COPY, CPU ms",
    "B/row",
    "ratio",
    "read, million values/s",
  ];
  process.stdout.write(`${markdownTable(heads, rows)}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
