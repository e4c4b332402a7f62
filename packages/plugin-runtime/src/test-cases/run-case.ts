import type { PluginTestCase } from "@millrace/api";
import { Precision } from "@millrace/line-protocol";
import type { PluginInput } from "../plugin-test/index.ts";
import { nextRun, syntaxProblem } from "../plugin-test/index.ts";
import type { RequestRun, RunOutcome, RunRequest } from "../protocol/index.ts";
import type { CaseHost, SeedData } from "./case-host.ts";
import { compareOutcome } from "./compare.ts";
import type { Difference } from "./difference.ts";
import { linesFromQuery } from "./query-input.ts";
import type { FileCase, TestFile } from "./read-file.ts";

/** A case that cannot be run as it is written. */
export class CaseError extends Error {
  override name = "CaseError";
}

export interface CaseResult {
  readonly name: string;
  readonly line: number;
  readonly passed: boolean;
  readonly differences: readonly Difference[];
  /** Why the case could not be run. */
  readonly problem?: string;
  readonly outcome?: RunOutcome;
  readonly database: string;
}

const DEFAULT_DATABASE = "test";
const MS_TO_NS = 1_000_000n;

/** Runs one case of a file and compares what came of it. Never rejects for anything a plugin or a file does. */
export async function runCase(file: TestFile, { test, line }: FileCase, host: CaseHost): Promise<CaseResult> {
  const database = test.database ?? file.file.database ?? DEFAULT_DATABASE;
  const about = { name: test.name, line, database };
  try {
    const outcome = await perform(test, database, `${file.name}:${line}`, host);
    const differences = compareOutcome(test.expect ?? {}, outcome, database);
    return { ...about, passed: differences.length === 0, differences, outcome };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...about, passed: false, differences: [], problem };
  }
}

async function perform(
  test: PluginTestCase,
  database: string,
  runId: string,
  host: CaseHost,
): Promise<RunOutcome> {
  const nowNs = test.now === undefined ? undefined : timeNs(test.now);
  await host.prepareQueries(seedData(test, database), nowNs);
  const input = await inputOf(test, database, nowNs ?? host.nowNs(), host);
  const basics = {
    runId,
    database,
    // Fresh for every case; what an interrupted run left behind must not be found by the next one.
    cacheNamespace: `case/${runId}/${host.nowNs()}`,
    test: true,
    network: test.network ?? false,
    ...(nowNs === undefined ? {} : { frozenTimeNs: nowNs }),
  };
  try {
    if (test.cache !== undefined) await fillCache(test.cache, basics, host);
    return await host.run({ ...basics, ...input, plugin: host.plugin, args: test.args ?? null });
  } finally {
    await host.dropCache(basics.cacheNamespace);
  }
}

function seedData({ seed }: PluginTestCase, database: string): SeedData[] {
  const all = seed === undefined ? [] : [seed].flat();
  const given = all.map(({ db, lp }) => ({ database: db ?? database, lineProtocol: [lp].flat().join("\n") }));
  for (const { database: name, lineProtocol } of given) {
    const problem = syntaxProblem(lineProtocol);
    if (problem === undefined) continue;
    throw new CaseError(`the seed of database '${name}' is no line protocol: ${problem.text}`);
  }
  // A trigger's own database is always there.
  return [{ database, lineProtocol: "" }, ...given];
}

async function inputOf(
  test: PluginTestCase,
  database: string,
  nowNs: bigint,
  host: CaseHost,
): Promise<PluginInput> {
  switch (test.trigger) {
    case "writes": {
      const text = await inputLines(test, database, host);
      const problem = syntaxProblem(text);
      if (problem !== undefined) throw new CaseError(`the input is no line protocol: ${problem.text}`);
      const frame = { precision: Precision.nanosecond, defaultTimeNs: nowNs, bytes: utf8(text) };
      return { kind: "writes", batches: { frames: [frame] } };
    }
    case "schedule":
      return { kind: "schedule", callTimeNs: callTime(test, nowNs) };
    case "request":
      return { kind: "request", request: requestOf(test.request ?? {}) };
  }
}

async function inputLines({ input }: PluginTestCase, database: string, host: CaseHost): Promise<string> {
  if (input === undefined) {
    throw new CaseError("a case of trigger 'writes' needs an input: line protocol, a query or a recording");
  }
  if (typeof input === "string") return input;
  if (Array.isArray(input)) return input.join("\n");
  if ("recording" in input) return await host.readText(input.recording);
  const { query, table, database: other } = input;
  return await linesFromQuery(host, other ?? database, query, table);
}

function callTime({ call_time, schedule }: PluginTestCase, nowNs: bigint): bigint {
  if (call_time !== undefined) return timeNs(call_time);
  if (schedule === undefined) return nowNs;
  const next = nextRun(schedule, Number(nowNs / MS_TO_NS));
  if (typeof next !== "number") throw new CaseError(next.error);
  return BigInt(next) * MS_TO_NS;
}

function requestOf({
  query = {},
  headers = {},
  body,
}: NonNullable<PluginTestCase["request"]>): RequestRun["request"] {
  const text = body === undefined || body === null ? "" : textOf(body);
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { query, headers: Object.fromEntries(lowerCase), body: utf8(text) };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

const FILL_CACHE = `import json

def process_scheduled_call(influxdb3_local, call_time, args):
    for key, value in json.loads(args["entries"]).items():
        influxdb3_local.cache.put(key, value)
`;

/** The cache is filled by a plugin of our own: its values are Python objects. */
async function fillCache(
  entries: Readonly<Record<string, unknown>>,
  basics: Omit<RunRequest, "kind" | "plugin" | "args" | "batches" | "callTimeNs" | "request">,
  host: CaseHost,
): Promise<void> {
  const outcome = await host.run({
    ...basics,
    kind: "schedule",
    callTimeNs: 0n,
    plugin: { fileName: "cache of the case", source: FILL_CACHE },
    args: { entries: JSON.stringify(entries) },
  });
  if (outcome.error !== undefined)
    throw new CaseError(`the cache could not be filled: ${outcome.error.text}`);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Exact to the nanosecond, which `Date` is not. */
function timeNs(text: string): bigint {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const seconds = Date.parse(text.replace(/\.\d+/, "")) / 1000;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}
