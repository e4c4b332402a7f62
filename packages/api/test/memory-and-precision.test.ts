import assert from "node:assert/strict";
import { parseHardDelete, parseMemorySize, parsePrecision, resolveMemorySize } from "@millrace/api";

const MB = 1024 ** 2;

describe("memory sizes", () => {
  it("reads units of 1024, in any case, and bare megabytes", () => {
    for (const [text, sizeBytes] of [
      ["512mb", 512 * MB],
      ["512 MB", 512 * MB],
      ["1gb", 1024 * MB],
      ["1048576b", MB],
      ["4096kb", 4 * MB],
      ["2TB", 2 * 1024 * 1024 * MB],
      ["1000", 1000 * MB],
      ["0", 0],
    ] as const) {
      assert.deepEqual(parseMemorySize(text), { kind: "bytes", sizeBytes });
    }
  });

  it("reads a share of the memory there is", () => {
    const size = parseMemorySize("20%");
    assert.deepEqual(size, { kind: "percent", percent: 20 });
    assert.equal(resolveMemorySize(size, 1_000_001), 200_000);
    assert.equal(resolveMemorySize(parseMemorySize("1kb"), 5), 1024);
  });

  it("says what is wrong", () => {
    const refusals: [string, string][] = [
      ["x", "failed to parse 'x' as a memory size in MB: invalid digit found in string"],
      ["", "failed to parse '' as a memory size in MB: cannot parse integer from empty string"],
      ["-1", "failed to parse '-1' as a memory size in MB: invalid digit found in string"],
      ["1.5gb", "failed to parse '1.5gb' as a memory size in MB: invalid digit found in string"],
      [
        "101%",
        "failed to parse '101%' as a percentage of available memory: relative memory size must be in [0, 100] but is 101",
      ],
      ["x%", "failed to parse 'x%' as a percentage of available memory: invalid digit found in string"],
    ];
    for (const [text, message] of refusals) assert.throws(() => parseMemorySize(text), { message });
  });
});

describe("precisions", () => {
  it("knows long and short names", () => {
    for (const [name, spellings] of Object.entries({
      auto: "auto",
      second: "second s",
      millisecond: "millisecond ms",
      microsecond: "microsecond us u",
      nanosecond: "nanosecond ns n",
    })) {
      for (const spelling of spellings.split(" ")) assert.equal(parsePrecision(spelling), name);
    }
  });

  it("refuses anything else, inherited names included", () => {
    for (const text of ["fake", "S", "", "toString", "__proto__"]) {
      assert.throws(() => parsePrecision(text), { message: `unrecognized precision unit: ${text}` });
    }
  });
});

describe("hard delete times", () => {
  it("reads the three words in any case, and RFC 3339 with an offset", () => {
    assert.deepEqual(parseHardDelete("Never"), { kind: "never" });
    assert.deepEqual(parseHardDelete("now"), { kind: "now" });
    assert.deepEqual(parseHardDelete("DEFAULT"), { kind: "default" });
    const timeMs = Date.UTC(2030, 0, 31, 11, 0, 0, 500);
    assert.deepEqual(parseHardDelete("2030-01-31T12:00:00.5+01:00"), { kind: "at", timeMs });
  });

  it("refuses times without an offset and days that do not exist", () => {
    for (const text of ["soon", "", "2030-01-31", "2030-01-31T12:00:00", "2030-13-01T00:00:00Z"]) {
      assert.throws(() => parseHardDelete(text), /^GrammarError: Cannot parse the timestamp: /);
    }
  });
});
