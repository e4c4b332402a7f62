import path from "node:path";
import {
  apiEvent,
  type CaseHost,
  type CaseResult,
  type Difference,
  runCase,
  type SeededQueries,
} from "@millrace/plugin-runtime";
import type { TestDifference } from "../../protocol/index.ts";
import { NotRunError, type OnEvent } from "../answer.ts";
import { readText } from "../files/index.ts";
import { type CaseFile, rangeOfNode } from "../listing/index.ts";
import type { PluginTexts } from "../plugin-texts/index.ts";
import type { Conclusion } from "../progress/index.ts";
import { sandboxedPlugin } from "./plugin-code.ts";
import { answerOf, lateEvents } from "./run-entry-here.ts";
import type { Sandboxes } from "./sandboxes.ts";

export interface CaseRun {
  readonly file: CaseFile;
  readonly name: string;
  readonly plugin: PluginTexts;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

/** Runs a case of a test file as the command line does, with the editor's texts. */
export async function runCaseHere(
  run: CaseRun,
  sandboxes: Sandboxes,
  world: { readonly queries: SeededQueries; readonly nowMs: () => number },
): Promise<Conclusion> {
  const { file, name } = run;
  const index = file.tests.cases.findIndex(({ test }) => test.name === name);
  const found = file.tests.cases[index];
  if (found === undefined) throw new NotRunError(`There is no case '${name}' in ${file.path}.`);
  const result = await runCase(file.tests, found, await hostFor(run, sandboxes, world));
  if (result.outcome !== undefined) for (const event of lateEvents(result.outcome)) run.onEvent(event);
  if (result.problem !== undefined) return { outcome: "errored", message: result.problem };
  return {
    outcome: result.passed ? "passed" : "failed",
    ...(result.passed ? {} : { message: messageOf(result) }),
    differences: result.differences.map((it) => placed(file, index, it)),
    ...(result.outcome === undefined ? {} : { answer: answerOf(result.outcome) }),
  };
}

async function hostFor(
  { file, plugin, timeoutMs, signal, onEvent }: CaseRun,
  sandboxes: Sandboxes,
  { queries, nowMs }: { readonly queries: SeededQueries; readonly nowMs: () => number },
): Promise<CaseHost> {
  const { place, code, files } = sandboxedPlugin(plugin);
  const sandbox = await sandboxes.get(place);
  const hooks = { place, answerQuery: queries.answer.bind(queries), timeoutMs, signal };
  return {
    plugin: code,
    run: (request) =>
      sandbox.run(
        { ...request, ...files },
        // What fills the cache before the call is no part of the plugin.
        { ...hooks, onEvent: (event) => (request.plugin === code ? onEvent(apiEvent(event)) : undefined) },
      ),
    dropCache: (namespace) => sandbox.dropCache(namespace),
    prepareQueries: async (seed, nowNs) => queries.prepare(seed, nowNs),
    query: (request) => queries.answer(request),
    readText: (relative) => readText(path.resolve(path.dirname(file.path), relative)),
    nowNs: () => BigInt(nowMs()) * 1_000_000n,
  };
}

function messageOf({ differences }: CaseResult): string {
  return differences
    .flatMap(({ what, expected, actual }) => [
      `${what}:`,
      ...expected.map((text) => `  - ${text}`),
      ...actual.map((text) => `  + ${text}`),
    ])
    .join("\n");
}

function placed(file: CaseFile, index: number, { what, expected, actual }: Difference): TestDifference {
  const key = what.split(" ", 1)[0]!;
  const all = ["cases", index, "expect", key];
  const known = file.tests.document.hasIn(all) ? all : ["cases", index, "name"];
  return { what, expected, actual, uri: file.uri, range: rangeOfNode(file, known) };
}
