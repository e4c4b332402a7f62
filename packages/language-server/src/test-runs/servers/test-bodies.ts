import type { RequestPluginTestBody, SchedulePluginTestBody, WalPluginTestBody } from "@millrace/api";
import { toSixFields } from "@millrace/api/grammar";
import { NotRunError } from "../answer.ts";
import { bodyOf, type EntryRun, linesOf } from "../entry-run.ts";

/** What all kinds of tests are told; of an original server only what it knows. */
export function sharedBody({ plugin, input, database, allowNetwork }: EntryRun, isMillrace: boolean) {
  const named = {
    filename: input.serverFileName ?? plugin.name,
    database,
    cache_name: input.cacheName ?? null,
    input_arguments: input.args ?? null,
  };
  if (!isMillrace) return named;
  const { main, modules } = plugin;
  const code =
    modules === undefined
      ? { source: main.text }
      : { files: Object.fromEntries([...modules].map(([below, { text }]) => [below, text])) };
  return {
    ...named,
    filename: plugin.name,
    ...code,
    ...(allowNetwork ? { allow_network: true } : {}),
    ...(input.now === undefined ? {} : { now: input.now }),
  };
}

export function writesBody(run: EntryRun, isMillrace: boolean): WalPluginTestBody {
  return { ...sharedBody(run, isMillrace), input_lp: linesOf(run.input) };
}

/** The call time is the schedule's next one, so another time is asked for through the clock. */
export function scheduleBody(run: EntryRun, isMillrace: boolean): SchedulePluginTestBody {
  const { callTime, schedule } = run.input;
  const shared = sharedBody(run, isMillrace);
  if (callTime === undefined || !isMillrace) {
    return { ...shared, schedule: isMillrace ? (schedule ?? null) : sixFields(schedule) };
  }
  const calledMs = Date.parse(callTime);
  if (Number.isNaN(calledMs)) {
    throw new NotRunError(`callTime is no time such as 2030-01-31T00:00:00Z: ${callTime}`);
  }
  const before = new Date(Math.floor(calledMs / 1000) * 1000 - 1).toISOString();
  return { ...shared, now: before, schedule: "* * * * * *" };
}

export function requestBody(run: EntryRun): RequestPluginTestBody {
  const { query = null, headers = null } = run.input.request ?? {};
  const body = Buffer.from(bodyOf(run.input)).toString("base64");
  return { ...sharedBody(run, true), query_parameters: query, headers, body_base64: body };
}

/** Originals know six fields only; anything doubtful is theirs to judge. */
function sixFields(schedule: string | undefined): string | null {
  if (schedule === undefined) return null;
  try {
    return toSixFields(schedule) ?? schedule;
  } catch {
    return schedule;
  }
}
