import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import type { FileColumn } from "#src/storage/index.js";
import { ByteCursor, ByteSink, MalformedBytes } from "#src/storage/parquet/bytes/index.js";
import { writeDeltas } from "#src/storage/parquet/encodings/index.js";
import { ColumnEncoding } from "#src/storage/parquet/format/index.js";
import { ParquetFile, StorageDamagedError, UnsupportedFileError } from "#src/storage/parquet/index.js";
import { decoderOf } from "#src/storage/parquet/reader/column-decoder.js";
import { sequence } from "./columns.ts";
import { batchOf, everyColumn, open, readAll, sourceOf, type Value, write } from "./files.ts";

const next = sequence(3);
const rows = Array.from({ length: 120 }, (_, row): Value[] => [
  BigInt(row) * 10n ** 9n,
  row % 10 === 9 ? null : `host${row % 3}`,
  row % 4 === 0 ? null : row / 3,
  BigInt(row * row),
  BigInt(row),
  row % 3 === 0,
  `text ${row % 50}`,
]);
const bytes = write(everyColumn, [
  batchOf(everyColumn, rows.slice(0, 70)),
  batchOf(everyColumn, rows.slice(70)),
]);

function readOrDamage(damaged: Uint8Array): Value[][] | StorageDamagedError {
  try {
    return readAll(open(damaged));
  } catch (error) {
    assert.ok(error instanceof StorageDamagedError, `${error}`);
    return error;
  }
}

describe("parquet files: damage", () => {
  it("a flipped bit anywhere is reported with the file's name and the place", () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at]! ^= 1 << next(8);
      const error = readOrDamage(damaged);
      assert.ok(error instanceof StorageDamagedError, `byte ${at} of ${bytes.length} was not missed`);
      assert.match(error.message, /^data file some\/file\.parquet is damaged at byte \d+: /);
      assert.equal(error.exitCode, 3);
      assert.ok(error.offset >= 0 && error.offset <= bytes.length, `${error.offset}`);
    }
  });

  it("so are bytes that were overwritten, lost or added", () => {
    for (let run = 0; run < 500; run++) {
      const at = next(bytes.length);
      const length = 1 + next(200);
      const noise = Uint8Array.from({ length }, () => next(256));
      const overwritten = Uint8Array.from(bytes);
      overwritten.set(noise.subarray(0, bytes.length - at), at);
      for (const damaged of [
        overwritten,
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
        Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]),
      ]) {
        if (Buffer.compare(damaged, bytes) === 0) continue;
        assert.ok(readOrDamage(damaged) instanceof StorageDamagedError, `${run}: ${length} bytes at ${at}`);
      }
    }
  });

  it("so is a file that ends early, wherever", () => {
    for (let length = 0; length < bytes.length; length++) {
      assert.ok(readOrDamage(bytes.subarray(0, length)) instanceof StorageDamagedError, `${length}`);
    }
  });

  it("so is a source that gives fewer bytes than it has", () => {
    const source = { ...sourceOf(bytes), read: () => new Uint8Array(0) };
    assert.throws(() => ParquetFile.open(source, "short"), StorageDamagedError);
  });

  it("noise is never taken for a file", () => {
    for (let run = 0; run < 300; run++) {
      const noise = Uint8Array.from({ length: next(400) }, () => next(256));
      const framed = Buffer.concat([Buffer.from("PAR1"), noise, Buffer.from("PAR1")]);
      assert.ok(readOrDamage(noise) instanceof StorageDamagedError);
      assert.ok(readOrDamage(framed) instanceof StorageDamagedError);
    }
  });
});

describe("parquet files: pages that only look right", () => {
  const encodings = Object.values(ColumnEncoding);

  /** Bytes with a right checksum may still come from anybody. */
  function decode(column: FileColumn, dictionary: Uint8Array, page: Uint8Array, encoding: number): void {
    const decoder = decoderOf(column, 64);
    try {
      decoder.readDictionary(new ByteCursor(dictionary), 3);
    } catch (error) {
      assert.ok(error instanceof MalformedBytes, `${error}`);
    }
    try {
      decoder.readValues(new ByteCursor(page), encoding, 0, 60);
      assert.ok(decoder.finish(undefined));
    } catch (error) {
      assert.ok(error instanceof MalformedBytes, `${error}`);
    }
  }

  it("noise is decoded to something, or reported", () => {
    for (let run = 0; run < 20_000; run++) {
      const column = everyColumn[next(everyColumn.length)]!;
      const noise = (below: number) => Uint8Array.from({ length: next(below) }, () => next(256) >> next(8));
      decode(column, noise(40), noise(200), encodings[next(encodings.length)]!);
    }
  });

  it("so are pages that were changed", () => {
    const sink = new ByteSink();
    const words = new Int32Array(120).map((_, i) => (i % 2 === 0 ? next(2 ** 20) : 0));
    writeDeltas(sink, words, 0, 60);
    const page = Uint8Array.from(sink.written());
    for (let run = 0; run < 3000; run++) {
      const changed = Uint8Array.from(page);
      changed[next(8)] = next(256);
      changed[next(page.length)] = next(256);
      for (const column of everyColumn) {
        decode(column, changed, changed, ColumnEncoding.deltaBinaryPacked);
        decode(column, changed, changed, ColumnEncoding.deltaLengthByteArray);
      }
    }
  });

  it("a footer of noise with the right checksum is reported", () => {
    for (let run = 0; run < 2000; run++) {
      const changed = Buffer.from(bytes);
      const footer = footerOf(changed);
      for (let i = 0; i < 1 + next(3); i++) changed[footer + next(changed.length - 8 - footer)] = next(256);
      try {
        readAll(open(withChecksum(changed)));
      } catch (error) {
        assert.ok(error instanceof StorageDamagedError || error instanceof UnsupportedFileError, `${error}`);
      }
    }
  });
});

describe("parquet files: of others", () => {
  it("a newer format is reported as such", () => {
    assert.throws(
      () => open(withVersion(2)),
      (error) => {
        assert.ok(error instanceof UnsupportedFileError);
        assert.match(
          error.message,
          /some\/file\.parquet cannot be read: its format has version 2, .*Start the version/,
        );
        return true;
      },
    );
    assert.equal(open(withVersion(1)).rowCount, rows.length);
  });

  it("a file without a description is not read", () => {
    const renamed = replaced("millrace", "millrack");
    assert.throws(() => open(renamed), /has no description that this server can read/);
    assert.throws(() => open(replaced('"version":', '"versiom":')), UnsupportedFileError);
    assert.throws(() => open(replaced('"kind":"tag"', '"kind":"tug"')), UnsupportedFileError);
    assert.throws(() => open(replaced('"type":"float"', '"type":"flood"')), UnsupportedFileError);
    assert.throws(() => open(replaced('{"version"', '["version"')), UnsupportedFileError);
  });
});

function withVersion(version: number): Uint8Array {
  return replaced('"version":1', `"version":${version}`);
}

/** The file with a text in its footer replaced by one as long, and the checksum made right. */
function replaced(text: string, by: string): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf(text, footerOf(changed));
  assert.ok(at > 0 && text.length === by.length);
  changed.write(by, at);
  return withChecksum(changed);
}

function withChecksum(file: Buffer): Buffer {
  const footerAt = footerOf(file);
  const count = file.readUInt32LE(footerAt - 12);
  const block = file.subarray(footerAt - 12 - count * 4, footerAt - 8);
  const checksum = crc32(file.subarray(footerAt, file.length - 8), crc32(block));
  file.writeUInt32LE(checksum, footerAt - 8);
  return file;
}

function footerOf(file: Buffer): number {
  return file.length - 8 - file.readUInt32LE(file.length - 8);
}
