// Runs the tests of the packages and those of the whole product at the same time: each waits for disks, processes and
// interpreters much of the time, and together they fit on two cores. The last line is `N passed, N failed`.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";

const mocha = path.join("node_modules", "mocha", "bin", "mocha.js");
const given = process.argv.slice(2);
const shards = given.length > 0 ? [given] : [["packages/*/test/**/*.test.ts"], ["test/**/*.test.ts"]];

const directory = mkdtempSync(path.join(tmpdir(), "millrace-tests-"));

// With one core they would only take each other's time, so they follow each other.
const results = [];
if (availableParallelism() < 2) for (const shard of shards) results.push(await run(shard, true));
else results.push(...(await Promise.all(shards.map((shard, index) => run(shard, index === 0)))));

rmSync(directory, { recursive: true, force: true });

for (const { output } of results) process.stdout.write(output);
const total = (name) => results.reduce((sum, { counts }) => sum + (counts?.[name] ?? 0), 0);
// A run that ended without telling its figures is a failure that nobody has counted.
const lost = results.filter(({ counts }) => counts === undefined).length;
process.stdout.write(`${total("passes")} passed, ${total("failures") + lost} failed\n`);
process.exitCode = results.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? (lost > 0 ? 1 : 0);

/** One is shown while it runs; what the others say comes in one piece at the end. */
async function run(specs, shown) {
  const countsFile = path.join(directory, randomUUID());
  const piped = shown ? "inherit" : "pipe";
  const child = spawn(process.execPath, [mocha, "--reporter", "scripts/mocha-reporter.cjs", ...specs], {
    stdio: ["ignore", piped, piped],
    env: { ...process.env, MILLRACE_TEST_COUNTS: countsFile },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const [exitCode] = await once(child, "close");
  const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, "utf8")) : undefined;
  return { counts, output, exitCode: exitCode ?? 1 };
}
