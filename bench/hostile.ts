import path from "node:path";
import { Arena, type Bout, bouts } from "../test/support/hostile/index.ts";
import { startServer } from "../test/support/server.ts";
import { type Stall, Stalls } from "./harness/stalls.ts";
import { markdownTable, quantile, round } from "./harness/statistics.ts";

const WAYS_OF_EACH = 3;
const WORST_SHOWN = 5;
/** Short, so that hundreds of attacks end within minutes; all other limits are what servers have by default. */
const TIME_LIMITS = ["--plugin-run-timeout", "2s", "--plugin-test-timeout", "2s"];

interface Measured {
  readonly bout: Bout;
  readonly recoveryMs: number;
  /** The longest time for which the main thread kept others waiting. */
  readonly stall: Stall;
  /** The longest work in such a time, which may be another one. */
  readonly workMs: number;
  /** The longest time of a server meanwhile that had nothing to do: what the machine itself is good for. */
  readonly idleMs: number;
}

/** What hostile plugins cost everybody else: how long the server's main thread kept still, how long their place was taken. */
export async function measureHostile(directory: string): Promise<string> {
  const stalls = new Stalls(path.join(directory, "stalls"));
  const idleStalls = new Stalls(path.join(directory, "idle-stalls"));
  const arena = await Arena.open(1, TIME_LIMITS, stalls.env);
  const idle = await startServer({ withoutAuth: true, env: idleStalls.env });
  try {
    const before = await arena.residentMb();
    const measured: Measured[] = [];
    for (const bout of bouts(WAYS_OF_EACH)) {
      const sinceMs = Date.now();
      const { recoveryMs } = await arena.fight(bout.attack, bout.way, 0);
      const { longest, hardest } = stalls.worstSince(sinceMs);
      const idleMs = idleStalls.worstSince(sinceMs).longest.lateMs;
      measured.push({ bout, recoveryMs, stall: longest, workMs: hardest.workMs, idleMs });
      process.stderr.write(`${cellsOf(measured.at(-1)!).join("\t")}\n`);
    }
    return describe(measured, before, await arena.residentMb());
  } finally {
    await Promise.all([arena.server.stop(), idle.stop()]);
  }
}

function describe(measured: readonly Measured[], beforeMb: number, afterMb: number): string {
  const rows = [
    ["attacks", String(measured.length)],
    ["main thread kept others waiting: p50, p99, max ms", figures(measured.map(({ stall }) => stall.lateMs))],
    ["of it at work on a processor", figures(measured.map(({ workMs }) => workMs))],
    ["a server with nothing to do, meanwhile", figures(measured.map(({ idleMs }) => idleMs))],
    [
      "until the next run was served: p50, p99, max ms",
      figures(measured.map(({ recoveryMs }) => recoveryMs)),
    ],
    ["resident memory before, after: MB", `${round(beforeMb, 0)}, ${round(afterMb, 0)}`],
  ];
  const worst = new Set([
    ...worstBy(measured, ({ stall }) => stall.lateMs),
    ...worstBy(measured, ({ workMs }) => workMs),
    ...worstBy(measured, ({ recoveryMs }) => recoveryMs),
  ]);
  const columns = ["worst", "waiting ms", "in line ms", "at work ms", "idle server ms", "next run ms"];
  return `### Hostile plugins, one after another\n\n${markdownTable(["", ""], rows)}\n\n${markdownTable(columns, [...worst].map(cellsOf))}`;
}

function cellsOf({ bout, stall, workMs, idleMs, recoveryMs }: Measured): string[] {
  const times = [stall.lateMs, stall.inLineMs, workMs, idleMs, recoveryMs];
  return [bout.name, ...times.map((ms) => round(ms, 0))];
}

function worstBy(measured: readonly Measured[], figure: (one: Measured) => number): Measured[] {
  return [...measured].sort((one, other) => figure(other) - figure(one)).slice(0, WORST_SHOWN);
}

function figures(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  return [0.5, 0.99, 1].map((share) => round(quantile(sorted, share), 0)).join(", ");
}
