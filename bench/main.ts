/**
 * Compares Millrace with its peers in one interleaved run on loopback. `npm run bench` runs everything but the long
 * parts, `npm run bench -- ingest tiny` parts of it, `disk`, `hostile` and `sustain` only when named; `--rounds=N` and `--rows=N` change the size. docs/benchmarks.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { compareDisk } from "./compare-disk.ts";
import { compareIngest } from "./compare-ingest.ts";
import { compareParser } from "./compare-parser.ts";
import { compareQueries } from "./compare-queries.ts";
import { measureHostile } from "./hostile.ts";
import { measureLoopDelay } from "./loop-delay.ts";
import { measurePlugins } from "./plugins.ts";
import { sustain } from "./sustain.ts";

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const option = (name: string, otherwise: number): number => {
  const given = process.argv.find((word) => word.startsWith(`--${name}=`));
  return given === undefined ? otherwise : Number(given.split("=")[1]);
};
const settings = { seed: option("seed", 42), rounds: option("rounds", 3), rows: option("rows", 2_000_000) };
const wanted = (part: string): boolean => words.length === 0 || words.includes(part);
const directory = mkdtempSync(path.join(os.tmpdir(), "millrace-bench-"));

console.log(
  `Node ${process.versions.node}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}, seed ${settings.seed}, median of ${settings.rounds} interleaved rounds\n`,
);
try {
  for (const workload of ["ingest", "home", "tiny"] as const) {
    if (wanted(workload)) console.log(`${await compareIngest(workload, settings, directory)}\n`);
  }
  if (wanted("parser")) console.log(`${compareParser(settings.seed)}\n`);
  if (wanted("query")) console.log(`${await compareQueries(settings, directory)}\n`);
  if (wanted("loop")) console.log(await measureLoopDelay(settings, directory));
  if (wanted("plugins")) console.log(`${await measurePlugins(settings, directory)}\n`);
  if (words.includes("disk")) console.log(`${await compareDisk(settings, directory)}\n`);
  if (words.includes("hostile")) console.log(`${await measureHostile(directory)}\n`);
  if (words.includes("sustain")) {
    const load = { seconds: option("seconds", 600), rowsPerSecond: option("rate", 20_000) };
    console.log(await sustain({ seed: settings.seed, ...load }, directory));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
