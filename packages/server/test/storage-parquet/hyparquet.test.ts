import assert from "node:assert/strict";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { edgeColumns, sequence } from "./columns.ts";
import { batchOf, everyColumn, field, time, type Value, write, writeColumn } from "./files.ts";

/** The bytes as a file of the reader's. */
function fileOf(bytes: Uint8Array) {
  const buffer = new Uint8Array(bytes).buffer;
  return { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) };
}

describe("parquet files: what hyparquet reads", () => {
  for (const [name, [column, values]] of Object.entries(edgeColumns)) {
    it(name, async () => {
      const rows = await parquetReadObjects({
        file: fileOf(writeColumn(column, values)),
        columns: [column.name],
      });
      assert.equal(rows.length, values.length);
      for (const [row, value] of values.entries()) {
        const read = (rows[row]![column.name] ?? null) as Value;
        if (!Object.is(read, value)) assert.deepEqual([row, read], [row, value]);
      }
    });
  }

  it("what rows are sorted by, who wrote them, and their description", () => {
    const bytes = write(everyColumn, [batchOf(everyColumn, [[5n, "a", 1, 2n, 3n, true, "t"]])]);
    const metadata = parquetMetadata(fileOf(bytes).slice(0));
    assert.match(metadata.created_by!, /^millrace version \d+\.\d+\.\d+ \(build .+\)$/);
    assert.deepEqual(metadata.row_groups[0]!.sorting_columns, [
      { column_idx: 1, descending: false, nulls_first: true },
      { column_idx: 0, descending: false, nulls_first: true },
    ]);
    const { key, value } = metadata.key_value_metadata![0]!;
    assert.equal(key, "millrace");
    assert.deepEqual(JSON.parse(value!), {
      version: 1,
      columns: [
        { id: 0, name: "time", kind: "time" },
        { id: 1, name: "host", kind: "tag" },
        { id: 2, name: "float", kind: "field", type: "float" },
        { id: 3, name: "integer", kind: "field", type: "integer" },
        { id: 4, name: "unsigned", kind: "field", type: "uinteger" },
        { id: 5, name: "flag", kind: "field", type: "boolean" },
        { id: 6, name: "text", kind: "field", type: "string" },
      ],
    });
  });

  it("texts are compressed where that makes them smaller", () => {
    const codecOf = (texts: readonly string[]) => {
      const metadata = parquetMetadata(fileOf(writeColumn(field(1, "v", "string"), texts)).slice(0));
      return metadata.row_groups[0]!.columns[1]!.meta_data!;
    };
    const messages = Array.from({ length: 3000 }, (_, row) => `GET /index.html took ${row} ms`);
    const { codec, total_compressed_size, total_uncompressed_size } = codecOf(messages);
    assert.equal(codec, "SNAPPY");
    assert.ok(total_compressed_size * 2n < total_uncompressed_size);
    const next = sequence(5);
    const noise = messages.map(() => String.fromCharCode(...Array.from({ length: 9 }, () => 33 + next(90))));
    assert.equal(codecOf(noise).codec, "UNCOMPRESSED");
  });

  it("times without a time zone, to the nanosecond", () => {
    const bytes = write([time], [batchOf([time], [[1_700_000_000_123_456_789n]])]);
    const element = parquetMetadata(fileOf(bytes).slice(0)).schema[1]!;
    assert.deepEqual(element.logical_type, { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "NANOS" });
    assert.equal(element.repetition_type, "REQUIRED");
  });
});
