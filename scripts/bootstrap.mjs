#!/usr/bin/env node
// From a machine with only Node and npm to a built product, then on to what was asked for.
// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [task = "setup", ...args] = process.argv.slice(2);

const tasks = {
  setup: () => {},
  quickstart: () => run(process.execPath, ["--import", "tsx", "scripts/quickstart/main.ts", ...args]),
  test: () => run(process.execPath, ["scripts/run-tests.mjs", ...args]),
  "test:full": () => run(process.execPath, ["scripts/run-tests.mjs", ...args], { MILLRACE_TEST_FULL: "1" }),
  "test:vscode": () => {
    run(process.execPath, ["scripts/build-vsix.mjs"]);
    run(process.execPath, ["node_modules/mocha/bin/mocha.js", "test/vscode/**/*.e2e.ts", ...args]);
  },
  coverage: () => run(process.execPath, ["scripts/coverage/main.mjs", ...args]),
  bench: () => run(process.execPath, ["--import", "tsx", "bench/main.ts", ...args]),
};

if (!(task in tasks)) fail(`unknown task '${task}'; use one of: ${Object.keys(tasks).join(", ")}`);
requireNode(20, 19);
install();
console.log("Building …");
run(process.execPath, ["scripts/build.mjs"]);
tasks[task]();

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(`Millrace needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}.`);
}

/** Installs with the pinned pnpm, unless this lockfile was installed already. */
function install() {
  const stampFile = path.join(root, "node_modules", ".millrace-installed");
  const lockHash = createHash("sha256")
    .update(readFileSync(path.join(root, "pnpm-lock.yaml")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === lockHash) return;
  const [command, ...prefix] = pnpmCommand();
  run(command, [...prefix, "install", "--frozen-lockfile", "--reporter=append-only"]);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lockHash);
}

function pnpmCommand() {
  const pinned = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).packageManager;
  const version = pinned.slice(pinned.indexOf("@") + 1);
  const found = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8", shell: onWindows() });
  return found.status === 0 && found.stdout.trim() === version ? ["pnpm"] : ["npx", "--yes", pinned];
}

function run(command, argv, env = {}) {
  const isNode = command === process.execPath;
  const result = spawnSync(command, argv, {
    cwd: root,
    stdio: "inherit",
    shell: !isNode && onWindows(),
    env: { ...process.env, ...env },
  });
  if (result.error) fail(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function onWindows() {
  return process.platform === "win32";
}

function fail(message) {
  console.error(`bootstrap: ${message}`);
  process.exit(1);
}
