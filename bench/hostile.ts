import { Arena, type Bout, bouts } from "../test/support/hostile/index.ts";
import { markdownTable, quantile, round } from "./harness/statistics.ts";

const WAYS_OF_EACH = 3;
const WORST_SHOWN = 3;
/** Short, so that two hundred attacks end within minutes; all other limits are what servers have by default. */
const TIME_LIMITS = ["--plugin-run-timeout", "2s", "--plugin-test-timeout", "2s"];

interface Measured {
  readonly bout: Bout;
  readonly recoveryMs: number;
  readonly stallMs: number;
}

/** What hostile plugins cost everybody else: how long the server's main thread kept still, how long their place was taken. */
export async function measureHostile(): Promise<string> {
  const arena = await Arena.open(1, TIME_LIMITS);
  try {
    const before = await arena.residentMb();
    const measured: Measured[] = [];
    for (const bout of bouts(WAYS_OF_EACH)) {
      await arena.stallMs();
      const { recoveryMs } = await arena.fight(bout.attack, bout.way, 0);
      measured.push({ bout, recoveryMs, stallMs: await arena.stallMs() });
    }
    const rows = [
      ["attacks", String(measured.length)],
      ["main thread kept still: p50, p99, max ms", figures(measured.map(({ stallMs }) => stallMs))],
      [
        "until the next run was served: p50, p99, max ms",
        figures(measured.map(({ recoveryMs }) => recoveryMs)),
      ],
      ["resident memory before, after: MB", `${round(before, 0)}, ${round(await arena.residentMb(), 0)}`],
    ];
    const worst = [...worstBy(measured, "stallMs"), ...worstBy(measured, "recoveryMs")].map((one) => [
      one.bout.name,
      round(one.stallMs, 0),
      round(one.recoveryMs, 0),
    ]);
    const columns = ["worst", "main thread ms", "next run ms"];
    return `### Hostile plugins, one after another\n\n${markdownTable(["", ""], rows)}\n\n${markdownTable(columns, worst)}`;
  } finally {
    await arena.server.stop();
  }
}

function worstBy(measured: readonly Measured[], figure: "stallMs" | "recoveryMs"): Measured[] {
  return [...measured].sort((one, other) => other[figure] - one[figure]).slice(0, WORST_SHOWN);
}

function figures(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  return [0.5, 0.99, 1].map((share) => round(quantile(sorted, share), 0)).join(", ");
}
