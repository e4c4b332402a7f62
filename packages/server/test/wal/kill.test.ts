import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { replayOnly } from "./rig.ts";

const dist = (room: string) =>
  pathToFileURL(path.resolve(import.meta.dirname, "../../dist", room, "index.js")).href;

/** Writes numbered entries as fast as the disk takes them and prints each number once it is durable. */
const writer = (nodeDirectory: string, first: number) => `
  const { openWal } = await import(${JSON.stringify(dist("wal"))});
  const { silentLogger } = await import(${JSON.stringify(dist("foundation"))});
  const config = { flushIntervalMs: 1000, maxBufferedWrites: 1000, stagingBytes: 2 ** 26, recover: false };
  const wal = openWal({ config, nodeDirectory: ${JSON.stringify(nodeDirectory)}, segmentBytes: 65536,
    logger: silentLogger, onFatal: (error) => { throw error; } });
  await wal.replay(() => {}, { after: 0 });
  wal.start({ onSeal() {}, onDurable() {}, onFailed() {} });
  let next = ${first};
  const write = () => {
    const number = next++;
    const bytes = Buffer.from("n f=" + number + "i " + "1".repeat(number % 400));
    const slice = wal.reserve(bytes.length);
    slice.bytes.set(bytes);
    wal.append({ databaseId: 1, catalogSequence: 1, precision: 0, defaultTimeNs: 0n, slice, length: bytes.length },
      (error) => { if (error) throw error; process.stdout.write(number + "\\n"); write(); });
  };
  for (let i = 0; i < 20; i++) write();`;

describe("a log whose process is killed", () => {
  const directory = temporaryDirectory();

  it("has everything that was acknowledged, once and in order, over five kills", async () => {
    let first = 0;
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", writer(directory.path, first)]);
      const target = randomInt(50, 1500);
      let output = "";
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      child.stdout.on("data", (chunk) => {
        output += chunk;
        if (output.split("\n").length > target) child.kill("SIGKILL");
      });
      await new Promise((resolve) => child.once("close", resolve));
      assert.equal(stderr, "");
      // What follows the last newline may be half a number.
      const acknowledged = output.split("\n").slice(0, -1).map(Number);
      const { texts } = await replayOnly(directory.path);
      const numbers = texts.map((text) => Number(/f=(\d+)i/.exec(text)?.[1]));
      const found = new Set(numbers);
      assert.equal(found.size, numbers.length, "nothing twice");
      assert.deepEqual(
        [...numbers].sort((a, b) => a - b),
        numbers,
        "in order",
      );
      assert.deepEqual(
        acknowledged.filter((number) => !found.has(number)),
        [],
      );
      first = numbers.at(-1)! + 1;
    }
  });
});
