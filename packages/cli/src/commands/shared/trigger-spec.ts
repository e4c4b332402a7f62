import {
  cronNote,
  formatTriggerSpec,
  nextRuns,
  parseTriggerSpec,
  type ScheduleSpec,
  toSixFields,
} from "@millrace/api/grammar";
import type { Io } from "../../io/index.ts";
import type { OptionSpec } from "../../parser/index.ts";

/** Servers other than Millrace know six cron fields only, so five are translated wherever that is possible. */
function wireTriggerSpec(text: string): string {
  const spec = parseTriggerSpec(text);
  if (spec.kind !== "cron") return formatTriggerSpec(spec);
  return `cron:${toSixFields(spec.expression) ?? spec.expression}`;
}

export const triggerSpecOption: OptionSpec = {
  name: "trigger-spec",
  metavar: "TRIGGER_SPECIFICATION",
  parse: wireTriggerSpec,
  help: "When it runs: table:<TABLE>, all_tables, every:<DURATION>, cron:<EXPRESSION> or request:<PATH>",
};

const SHOWN_RUNS = 3;

/** `Thu 2026-01-01 08:00:00`, with a fraction only where there is one. */
function runText(ms: number): string {
  const time = new Date(ms);
  const day = time.toUTCString().slice(0, 3);
  return `${day} ${time
    .toISOString()
    .replace("T", " ")
    .replace(/(?:\.000)?Z$/, "")}`;
}

function scheduleLines(spec: ScheduleSpec, nowMs: number, enabled: boolean): string[] {
  const runs = nextRuns(spec, nowMs, SHOWN_RUNS);
  if (runs.length === 0) return ["note: this schedule has no run left: it will never start the plugin"];
  const title = enabled ? "Next runs (UTC):" : "Next runs once it is enabled (UTC):";
  return [title, ...runs.map((run) => `  ${runText(run)}`)];
}

/** When a trigger is going to run, on stderr: what scripts read on stdout stays as it is. */
export async function showNextRuns(io: Io, specText: string, enabled: boolean): Promise<void> {
  const spec = parseTriggerSpec(specText);
  if (spec.kind !== "cron" && spec.kind !== "every") return;
  const lines = scheduleLines(spec, Number(io.wallClockUs() / 1000n), enabled);
  const note = spec.kind === "cron" ? cronNote(spec.expression) : undefined;
  if (note !== undefined) lines.push(`note: ${note}`);
  await io.stderr.write(lines.map((line) => `${line}\n`).join(""));
}
