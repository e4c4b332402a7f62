import { Precision } from "@millrace/line-protocol";
import {
  apiEvent,
  apiFrame,
  httpResponse,
  nextRun,
  type PluginInput,
  type QueryAnswerer,
  type RunOutcome,
  refusalText,
  syntaxProblem,
  writesByDatabase,
} from "@millrace/plugin-runtime";
import { NotRunError, type TestAnswer } from "../answer.ts";
import { bodyOf, type EntryRun, linesOf, notesOf } from "../entry-run.ts";
import { sandboxedPlugin } from "./plugin-code.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { timeNs } from "./time-ns.ts";

const DEFAULT_CACHE_NAME = "_shared_test";
const NS_PER_MS = 1_000_000n;

/** Calls an entry point in a sandbox of this process. */
export async function runEntryHere(
  run: EntryRun,
  sandboxes: Sandboxes,
  world: { readonly answerQuery: QueryAnswerer; readonly nowMs: () => number },
): Promise<TestAnswer> {
  const nowNs = run.input.now === undefined ? undefined : timeNs("now", run.input.now);
  const input = inputOf(run, nowNs ?? BigInt(world.nowMs()) * NS_PER_MS);
  const { place, code, files } = sandboxedPlugin(run.plugin);
  const sandbox = await sandboxes.get(place);
  const outcome = await sandbox.run(
    {
      ...input,
      ...files,
      runId: "editor test",
      plugin: code,
      database: run.database,
      args: run.input.args ?? null,
      cacheNamespace: run.input.cacheName ?? DEFAULT_CACHE_NAME,
      test: true,
      network: run.allowNetwork,
      ...(nowNs === undefined ? {} : { frozenTimeNs: nowNs }),
    },
    {
      place,
      answerQuery: world.answerQuery,
      timeoutMs: run.timeoutMs,
      signal: run.signal,
      onEvent: (event) => run.onEvent(apiEvent(event)),
    },
  );
  for (const event of lateEvents(outcome)) run.onEvent(event);
  return { ...answerOf(outcome), notes: notesOf(run) };
}

/** What is only known when a run has ended. */
export function lateEvents({ events }: RunOutcome) {
  return events.filter(({ kind }) => kind === "file" || kind === "error").map(apiEvent);
}

export function answerOf(outcome: RunOutcome): TestAnswer {
  const writes = writesByDatabase(outcome);
  const { error, response, durationNs } = outcome;
  return {
    errors: error === undefined ? refusals(writes) : [error.text],
    writes,
    traceback: (error?.traceback ?? []).map(apiFrame),
    response: response === undefined ? undefined : httpResponse(response),
    durationMs: durationNs / 1e6,
    notes: [],
  };
}

/** What of the would-be writes no server would take. */
function refusals(writes: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(writes).flatMap(([database, texts]) => {
    const problem = syntaxProblem(texts.join("\n"));
    return problem === undefined ? [] : [refusalText(database, problem)];
  });
}

function inputOf({ trigger, input }: EntryRun, nowNs: bigint): PluginInput {
  switch (trigger) {
    case "writes": {
      const text = linesOf(input);
      const problem = syntaxProblem(text);
      if (problem !== undefined) throw new NotRunError(`The input is no line protocol: ${problem.text}`);
      const bytes = new TextEncoder().encode(text);
      return {
        kind: "writes",
        batches: { frames: [{ precision: Precision.nanosecond, defaultTimeNs: nowNs, bytes }] },
      };
    }
    case "schedule": {
      if (input.callTime !== undefined) {
        return { kind: "schedule", callTimeNs: timeNs("callTime", input.callTime) };
      }
      const next = nextRun(input.schedule, Number(nowNs / NS_PER_MS));
      if (typeof next !== "number") throw new NotRunError(next.error);
      return { kind: "schedule", callTimeNs: BigInt(next) * NS_PER_MS };
    }
    case "request": {
      const { query = {}, headers = {} } = input.request ?? {};
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      return {
        kind: "request",
        request: { query, headers: Object.fromEntries(lowerCase), body: bodyOf(input) },
      };
    }
  }
}
