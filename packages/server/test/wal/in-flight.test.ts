import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { StagingPool } from "#src/wal/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyWalFileSystem } from "./faulty-wal-file-system.ts";
import { openRig, replayOnly } from "./rig.ts";

const MB = 1024 * 1024;

describe("a group that is with the disk already when the one before it fails", () => {
  const directory = temporaryDirectory();

  it("is not written, although the disk would take it", async () => {
    const fs = new FaultyWalFileSystem();
    const { wal, write, events } = await openRig(directory.path, { fs });
    await write("before f=1");
    let writes = 0;
    fs.fault = (step) => (step === "write" && ++writes === 1 ? "EIO" : undefined);
    // Groups of this size are handed over two at a time.
    const large = Array.from({ length: 4 }, (_, i) => `large${i} s="${"x".repeat(4 * MB)}"`);
    const results = await Promise.allSettled(large.map((text) => write(text)));
    assert.ok(events.failed.length >= 2, `only ${events.failed.length} groups were under way`);
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(["rejected"]));
    await write("after f=1");
    await wal.close();
    assert.deepEqual((await replayOnly(directory.path)).texts, ["before f=1", "after f=1"]);
  });
});

describe("a file that must not grow any more", () => {
  const directory = temporaryDirectory();

  if (process.platform !== "win32") {
    it("takes what fits, and the reason for the rest is told", () => {
      const room = pathToFileURL(path.resolve(import.meta.dirname, "../../dist/wal/index.js")).href;
      const file = path.join(directory.path, "limited");
      const limitBytes = 16 * MB;
      const program = `
        const { nodeWalFileSystem: fs } = await import(${JSON.stringify(room)});
        const file = fs.open(${JSON.stringify(file)}, "create");
        const parts = [1, 2, 3].map((byte) => Buffer.alloc(1000, byte));
        try { fs.write(file, parts, ${limitBytes - 1500}); console.log("written"); }
        catch (error) { console.log(error.code); }`;
      const shell = `ulimit -f ${limitBytes / 512} && exec "$0" --input-type=module -e "$1"`;
      const { stdout, stderr } = spawnSync("sh", ["-c", shell, process.execPath, program], {
        encoding: "utf8",
      });
      assert.deepEqual([stdout.trim(), stderr], ["EFBIG", ""]);
      const written = readFileSync(file);
      assert.equal(written.length, limitBytes);
      assert.deepEqual([...written.subarray(-1500)], [...Buffer.alloc(1000, 1), ...Buffer.alloc(500, 2)]);
    });
  }
});

describe("staging memory without room", () => {
  it("gives up what is idle for the other use", () => {
    const pool = new StagingPool(32 * MB);
    const forgotten: SharedArrayBuffer[] = [];
    pool.onForget((buffer) => void forgotten.push(buffer));
    const arriving = pool.reserveAhead(10 * MB)!;
    pool.release(arriving);
    const finished = [pool.reserve(15 * MB), pool.reserve(15 * MB)];
    assert.deepEqual(forgotten, [arriving.buffer]);
    for (const slice of finished) pool.release(slice);
    const next = pool.reserveAhead(10 * MB)!;
    assert.notEqual(next.buffer, arriving.buffer, "forgotten memory does not come back");
    assert.ok(pool.allocatedBytes <= 32 * MB);
  });
});
