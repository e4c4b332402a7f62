#!/usr/bin/env node
// Line coverage of the rooms that keep data, by their own tests. V8 counts in every process and thread, on the built
// files as they are; the lines it reports are those of the sources.
// After a build: `npm run coverage [-- ROOM …]`.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { executedCharacters } from "./executed.mjs";
import { measureFiles } from "./measure.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const leastPercent = 95;
const rooms = [
  { name: "line-protocol", source: "packages/line-protocol/src", tests: "packages/line-protocol/test" },
  ...["wal", "catalog", "commit-log", "storage", "object-store"].map((name) => ({
    name,
    source: `packages/server/src/${name}`,
    tests: `packages/server/test/{${name},${name}-*}`,
  })),
];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !rooms.some((room) => room.name === name));
if (unknown.length > 0) {
  fail(`unknown room '${unknown[0]}'; use one of: ${rooms.map((room) => room.name).join(", ")}`);
}
const chosen = names.length === 0 ? rooms : rooms.filter((room) => names.includes(room.name));

const raw = path.join(root, "coverage", "raw");
rmSync(path.join(root, "coverage"), { recursive: true, force: true });
mkdirSync(raw, { recursive: true });
const begunMs = Date.now();
const passed = runTests();
const enough = report(await measure().catch((error) => fail(error.message)));
if (!passed) console.error("coverage: tests failed, so what they would have executed is missing");
process.exitCode = passed && enough ? 0 : 1;

function runTests() {
  const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", "--extension", "ts", "--exit"];
  const rules = ["--timeout", "120000", "--forbid-only", "--forbid-pending"];
  const reporter = ["--reporter", "scripts/mocha-reporter.cjs"];
  const specs = chosen.map((room) => `${room.tests}/**/*.test.ts`);
  const argv = ["--import", "./scripts/coverage/load-tests.mjs", ...mocha, ...rules, ...reporter, ...specs];
  const env = { ...process.env, NODE_V8_COVERAGE: raw };
  return spawnSync(process.execPath, argv, { cwd: root, stdio: "inherit", env }).status === 0;
}

async function measure() {
  const executed = executedCharacters(raw, (url) => url.includes("/packages/") && url.includes("/dist/"));
  const measured = [];
  for (const { name, source } of chosen) {
    const places = {
      source: path.join(root, source),
      built: path.join(root, source.replace("/src", "/dist")),
    };
    const files = await measureFiles(places, executed, begunMs);
    const lines = files.reduce((sum, file) => sum + file.lines, 0);
    const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
    measured.push({ name, files, lines, missed, percent: (100 * (lines - missed)) / lines });
  }
  return measured;
}

function report(measured) {
  const details = measured.flatMap(({ files }) => files.filter((file) => file.missed.length > 0));
  const missedLines = details.map(({ name, missed }) => {
    return `${path.relative(root, name)}: ${[...new Set(missed)].join(" ")}\n`;
  });
  writeFileSync(path.join(root, "coverage", "missed.txt"), missedLines.join(""));
  console.log(`\n${"room".padEnd(16)}${"lines".padStart(8)}${"missed".padStart(8)}${"covered".padStart(10)}`);
  for (const { name, lines, missed, percent } of measured) {
    const figures = `${String(lines).padStart(8)}${String(missed).padStart(8)}${`${percent.toFixed(2)} %`.padStart(10)}`;
    console.log(
      `${name.padEnd(16)}${figures}${percent < leastPercent ? `  less than ${leastPercent} %` : ""}`,
    );
  }
  console.log("\nThe lines that no test executes: coverage/missed.txt");
  return measured.every(({ percent }) => percent >= leastPercent);
}

function fail(message) {
  console.error(`coverage: ${message}`);
  process.exit(1);
}
