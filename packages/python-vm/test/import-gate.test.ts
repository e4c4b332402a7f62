import assert from "node:assert/strict";
import { WallClock } from "#src/clock/index.js";
import { ImportGate } from "#src/sandbox/index.js";
import { webAssembly } from "#src/webassembly/index.js";

/** (module (import "env" "opens_a_door" (func))) */
const MODULE_WITH_UNKNOWN_IMPORT = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x02, 0x14, 0x01, 0x03, ...Buffer.from("env"), 0x0c, ...Buffer.from("opens_a_door"), 0x00, 0x00],
]);

describe("import gate", () => {
  const heap = { HEAPU8: new Uint8Array(0), HEAPU32: new Uint32Array(0) };

  it("refuses a build that imports a function without a rule, and one that lacks a guarded function", async () => {
    const module = await webAssembly.compile(MODULE_WITH_UNKNOWN_IMPORT);
    const gate = new ImportGate(
      heap,
      2 ** 20,
      new WallClock(
        () => 0,
        () => 0,
      ),
    );
    assert.throws(
      () => gate.install(module, { opens_a_door: () => {} }),
      (error: Error) =>
        error.message.includes("without a rule [opens_a_door]") &&
        error.message.includes("JsvFunction_CallBound") &&
        error.message.includes("_emscripten_system"),
    );
  });
});
