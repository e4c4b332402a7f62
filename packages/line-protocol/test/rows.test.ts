import assert from "node:assert/strict";
import {
  int64FromHalves,
  Precision,
  RowReader,
  type RowVisitor,
  uint64FromHalves,
  unescapeString,
} from "@millrace/line-protocol";

/** Writes rows down as text, the way a plugin would see them. */
class Recorder implements RowVisitor {
  readonly rows: string[] = [];
  readonly bad: string[] = [];
  private readonly reader: RowReader;
  private readonly tables: readonly string[] | undefined;
  private row: string[] = [];

  constructor(reader: RowReader, tables?: readonly string[]) {
    this.reader = reader;
    this.tables = tables;
  }

  beginRow(measurement: number, keyId: number): boolean {
    const { strings } = this.reader;
    const table = strings.text(measurement);
    if (this.tables !== undefined && !this.tables.includes(table)) return false;
    this.row = [table];
    const tags = this.reader.tagStrings(keyId);
    for (let i = 0; i < tags.length; i += 2) this.add(tags[i]!, strings.text(tags[i + 1]!));
    return true;
  }

  float(field: number, value: number): void {
    this.add(field, `float ${value}`);
  }

  integer(field: number, lo: number, hi: number): void {
    this.add(field, `int ${int64FromHalves(lo, hi)}`);
  }

  unsigned(field: number, lo: number, hi: number): void {
    this.add(field, `uint ${uint64FromHalves(lo, hi)}`);
  }

  boolean(field: number, value: boolean): void {
    this.add(field, `bool ${value}`);
  }

  string(field: number, bytes: Uint8Array, start: number, length: number, escaped: boolean): void {
    const decoded = new Uint8Array(length);
    const size = unescapeString(bytes, start, length, decoded, 0);
    assert.equal(escaped, size < length);
    this.add(field, `string ${Buffer.from(decoded.subarray(0, size)).toString()}`);
  }

  endRow(timeLo: number, timeHi: number): void {
    this.rows.push(`${this.row.join("; ")} @${int64FromHalves(timeLo, timeHi)}`);
  }

  badLine(lineNumber: number, message: string): void {
    this.bad.push(`${lineNumber}: ${message}`);
  }

  private add(name: number, value: string): void {
    this.row.push(`${this.reader.strings.text(name)}=${value}`);
  }
}

const options = { precision: Precision.second, defaultTimeNs: 7_000_000_000n };

function read(reader: RowReader, body: string, tables?: readonly string[]): Recorder {
  const bytes = Buffer.from(body);
  const recorder = new Recorder(reader, tables);
  reader.read(bytes, 0, bytes.length, options, recorder);
  return recorder;
}

describe("rows", () => {
  const body = [
    'm,b=2,a=1 z=1,y=2i,x=18446744073709551615u,w=t,v="q\\"r" 5',
    "n f=-9223372036854775808i",
    "m,b=2,a=1 z=1 5",
    "bad",
    "m,b=2,a=1 z=1 5",
  ].join("\n");

  it("keep the order of lines, tags and fields as written, and duplicates", () => {
    const recorder = read(new RowReader(), body);
    assert.deepEqual(recorder.rows, [
      'm; b=2; a=1; z=float 1; y=int 2; x=uint 18446744073709551615; w=bool true; v=string q"r @5000000000',
      "n; f=int -9223372036854775808 @7000000000",
      "m; b=2; a=1; z=float 1 @5000000000",
      "m; b=2; a=1; z=float 1 @5000000000",
    ]);
    assert.deepEqual(recorder.bad, ["4: Expected at least one space character, got end of input"]);
  });

  it("can be passed over by table", () => {
    assert.equal(read(new RowReader(), body, ["n"]).rows.length, 1);
  });

  it("name each text by one id, from body to body", () => {
    const reader = new RowReader();
    read(reader, body);
    const { count } = reader.strings;
    assert.equal(read(reader, body).rows.length, 4);
    assert.equal(reader.strings.count, count);
    assert.equal(reader.tagStrings(0), reader.tagStrings(0));
    assert.equal(reader.strings.text(reader.tagStrings(0)[1]!), "2");
    assert.throws(() => reader.strings.text(count), RangeError);
  });
});
