import { nextRuns, parseTriggerSpec } from "@millrace/api";
import type { DatabaseInfo, TriggerInfo } from "../../catalog/index.ts";
import type { Clock } from "../../foundation/index.ts";
import type { RunLog, RunRecord } from "../runs/index.ts";

/** What only a running trigger knows. */
export interface LiveTrigger {
  readonly queuedRows: number;
  readonly queuedBytes: number;
}

/** A row of `millrace.triggers`. */
export interface TriggerState extends LiveTrigger {
  readonly database: string;
  readonly trigger: string;
  readonly pluginFilename: string;
  readonly specification: string;
  readonly runAsync: boolean;
  readonly errorBehavior: string;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  readonly running: boolean;
  readonly nextRunMs: number | undefined;
  readonly lastRun: RunRecord | undefined;
}

interface Sources {
  readonly runs: RunLog;
  readonly live: (triggerId: number) => LiveTrigger | undefined;
  readonly clock: Clock;
}

export function triggerStates(database: DatabaseInfo, { runs, live, clock }: Sources): TriggerState[] {
  const lastRuns = new Map<string, RunRecord>();
  for (const run of runs.rows()) if (run.databaseId === database.id) lastRuns.set(run.trigger, run);
  return Array.from(database.triggers(), (trigger) => {
    const state = live(trigger.id);
    return {
      database: database.name,
      trigger: trigger.name,
      pluginFilename: trigger.pluginFilename,
      specification: trigger.specification,
      runAsync: trigger.runAsync,
      errorBehavior: trigger.errorBehavior,
      disabled: trigger.disabled,
      disabledReason: trigger.disabledReason,
      running: state !== undefined,
      nextRunMs: state === undefined ? undefined : nextRunOf(trigger, clock.nowMs()),
      queuedRows: state?.queuedRows ?? 0,
      queuedBytes: state?.queuedBytes ?? 0,
      lastRun: lastRuns.get(trigger.name),
    };
  });
}

function nextRunOf(trigger: TriggerInfo, nowMs: number): number | undefined {
  const spec = parseTriggerSpec(trigger.specification);
  return spec.kind === "every" || spec.kind === "cron" ? nextRuns(spec, nowMs, 1)[0] : undefined;
}
