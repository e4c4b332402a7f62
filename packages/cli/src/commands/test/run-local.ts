import path from "node:path";
import { parseDuration } from "@millrace/api/grammar";
import { Precision } from "@millrace/line-protocol";
import {
  describeRequestTest,
  describeTest,
  failedTest,
  nextRun,
  type PluginInput,
  RemoteQueries,
  refusalText,
  syntaxProblem,
  triggerTimeText,
} from "@millrace/plugin-runtime";
import { locatePlugin, type PluginSource, readPlugin, Sandbox } from "../../local/index.ts";
import type { Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { printAnswer, type TestAnswer } from "./answer.ts";
import { inputLines, requestBody } from "./input.ts";
import { watching } from "./watching.ts";

/** What a plugin is called with, or the answer when it cannot be called; and how the answer is told. */
interface LocalTest {
  readonly input: PluginInput | { readonly answer: TestAnswer };
  readonly describe: (input: PluginInput, outcome: Parameters<typeof describeTest>[1]) => Promise<TestAnswer>;
}

const DEFAULT_CACHE_NAME = "_shared_test";

export function runLocalWal(context: Context): Promise<number> {
  return runLocally(context, "file", async () => {
    const text = await inputLines(context);
    const problem = syntaxProblem(text);
    if (problem !== undefined) {
      const answer = failedTest(`line protocol parse failed: ${problem.text}`);
      return { input: { answer }, describe: describeTest };
    }
    const bytes = new TextEncoder().encode(text);
    const frame = { precision: Precision.nanosecond, defaultTimeNs: nowNs(context), bytes };
    return { input: { kind: "writes", batches: { frames: [frame] } }, describe: describeTest };
  });
}

export function runLocalSchedule(context: Context): Promise<number> {
  return runLocally(context, undefined, async () => {
    const runMs = nextRun(context.values.optionalText("schedule"), Number(nowNs(context) / 1_000_000n));
    if (typeof runMs !== "number") {
      const answer = { trigger_time: null, ...failedTest(runMs.error) };
      return { input: { answer }, describe: describeTest };
    }
    return {
      input: { kind: "schedule", callTimeNs: BigInt(runMs) * 1_000_000n },
      describe: async (input, outcome) => ({
        trigger_time: outcome.ok ? triggerTimeText(runMs) : null,
        ...(await describeTest(input, outcome)),
      }),
    };
  });
}

export function runLocalRequest(context: Context): Promise<number> {
  return runLocally(context, "body-file", async () => {
    const { values } = context;
    const named = Object.entries(values.pairs("headers") ?? {});
    const headers = Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value]));
    const query = values.pairs("query-parameters") ?? {};
    const request = { query, headers, body: await requestBody(context) };
    return { input: { kind: "request", request }, describe: describeRequestTest };
  });
}

/** Runs the test once, or with `--watch` until the user ends it. */
async function runLocally(
  context: Context,
  inputOption: string | undefined,
  prepare: () => Promise<LocalTest>,
): Promise<number> {
  const { io, values } = context;
  const plugin = locatePlugin(values.text("filename"), io.cwd);
  const queries = new RemoteQueries((signal) => connect(context, "host", signal));
  const sandbox = await Sandbox.open(plugin, {
    env: io.env,
    cwd: io.cwd,
    monotonicMs: io.monotonicMs,
    nowMs: () => Number(io.wallClockUs() / 1000n),
    timeoutMs: Number(parseDuration(values.text("timeout")) / 1_000_000n),
    answerQuery: (request) => queries.answer(request),
    virtualEnv: values.optionalText("virtual-env-location"),
  });
  try {
    if (!values.flag("watch")) return await runOnce(context, plugin, sandbox, prepare);
    const inputFile = inputOption === undefined ? undefined : values.optionalText(inputOption);
    const watched = [plugin.path, ...(inputFile === undefined ? [] : [path.resolve(io.cwd, inputFile)])];
    return await watching(
      io,
      () => watched,
      async () => {
        await runOnce(context, plugin, sandbox, prepare);
      },
    );
  } finally {
    await sandbox.close();
  }
}

async function runOnce(
  context: Context,
  plugin: PluginSource,
  sandbox: Sandbox,
  prepare: () => Promise<LocalTest>,
): Promise<number> {
  const { values } = context;
  const { input, describe } = await prepare();
  let answer: TestAnswer;
  if ("answer" in input) {
    answer = input.answer;
  } else {
    const outcome = await sandbox.run({
      ...input,
      runId: "local test",
      plugin: readPlugin(plugin),
      database: values.text("database"),
      args: values.pairs("input-arguments") ?? null,
      cacheNamespace: values.optionalText("cache-name") ?? DEFAULT_CACHE_NAME,
      test: true,
      network: values.flag("allow-network"),
    });
    answer = withRefusals(await describe(input, outcome));
  }
  await printAnswer(context, answer);
  return answer.errors?.length === 0 ? 0 : 1;
}

/** What of the would-be writes no server would take. */
function withRefusals(answer: TestAnswer): TestAnswer {
  const refusals = Object.entries(answer.database_writes ?? {}).flatMap(([database, texts]) => {
    const problem = syntaxProblem((texts as string[]).join("\n"));
    return problem === undefined ? [] : [refusalText(database, problem)];
  });
  return { ...answer, errors: [...(answer.errors ?? []), ...refusals] };
}

function nowNs({ io }: Context): bigint {
  return io.wallClockUs() * 1000n;
}
