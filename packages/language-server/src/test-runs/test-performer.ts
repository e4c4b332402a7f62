import type { SeededQueries } from "@millrace/plugin-runtime";
import type { Session } from "../analysis/index.ts";
import type { Connections } from "../connection/index.ts";
import type { RunTestsParams, TestResult } from "../protocol/index.ts";
import { NotRunError, type TestAnswer } from "./answer.ts";
import type { EntryRun } from "./entry-run.ts";
import { loadCaseFile, type TestReference, triggerOf } from "./listing/index.ts";
import type { Sandboxes } from "./local/index.ts";
import { readPluginTexts } from "./plugin-texts/index.ts";
import type { Conclusion, TestReport } from "./progress/index.ts";
import { answerFromConnection } from "./queries.ts";
import { loadRuntime } from "./runtime.ts";
import { failureText, runEntryOnServer } from "./servers/index.ts";
import type { RequestedTest } from "./tests-to-run.ts";
import { chooseServer } from "./where.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_DATABASE = "test";
/** Beside the plugin's own time: waiting for an interpreter of the server, and the way there and back. */
const SERVER_EXTRA_MS = 15_000;

interface LocalParts {
  readonly room: typeof import("./local/index.ts");
  readonly sandboxes: Sandboxes;
  readonly queries: SeededQueries;
}

/** Runs one test at a time, where it belongs. */
export class TestPerformer {
  readonly #session: Session;
  readonly #connections: Connections;
  #local: Promise<LocalParts> | undefined;
  #serverProgram: string | undefined;

  constructor(session: Session, connections: Connections) {
    this.#session = session;
    this.#connections = connections;
  }

  /** Never rejects: what goes wrong is a result. */
  async perform(
    test: RequestedTest,
    params: RunTestsParams,
    report: TestReport,
    signal: AbortSignal,
  ): Promise<TestResult> {
    let conclusion: Conclusion;
    try {
      conclusion = signal.aborted
        ? { outcome: "cancelled" }
        : await this.#conclude(test, params, report, signal);
    } catch (error) {
      const message = error instanceof NotRunError ? error.message : failureText(error);
      conclusion = { outcome: "errored", message };
    }
    return report.finished(signal.aborted ? { ...conclusion, outcome: "cancelled" } : conclusion);
  }

  async dispose(): Promise<void> {
    const local = await this.#local?.catch(() => undefined);
    await Promise.all([local?.sandboxes.close(), local?.queries.close()]);
  }

  #conclude(
    { reference, input }: RequestedTest,
    params: RunTestsParams,
    report: TestReport,
    signal: AbortSignal,
  ): Promise<Conclusion> {
    if (reference.kind === "case") return this.#runCase(reference, params, report, signal);
    return this.#runEntry(reference, input, params, report, signal);
  }

  async #runEntry(
    { uri, entryPoint }: Extract<TestReference, { kind: "entryPoint" }>,
    input: EntryRun["input"],
    params: RunTestsParams,
    report: TestReport,
    signal: AbortSignal,
  ): Promise<Conclusion> {
    const trigger = triggerOf(entryPoint);
    if (trigger === undefined) throw new NotRunError(`'${entryPoint}' is no function that triggers call.`);
    const plugin = await readPluginTexts(this.#session, uri);
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = params;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs + SERVER_EXTRA_MS)]);
    const chosen = await chooseServer(this.#connections, params.where ?? "auto", deadline);
    const run: EntryRun = {
      plugin,
      trigger,
      input,
      database: params.database ?? this.#connections.current?.database ?? DEFAULT_DATABASE,
      timeoutMs,
      allowNetwork: params.allowNetwork ?? false,
      signal,
      onEvent: (event) => report.event(event),
    };
    if (chosen.server === undefined) {
      report.started("local", plugin);
      return conclusionOf(withNotes(await this.#runHere(run), chosen.notes));
    }
    const { client, abilities } = chosen.server;
    report.started(abilities.isMillrace ? "millrace" : "original", plugin);
    try {
      return conclusionOf(await runEntryOnServer(run, client, abilities));
    } catch (error) {
      if (!deadline.aborted || signal.aborted) throw error;
      throw new NotRunError(`The server did not answer within ${timeoutMs + SERVER_EXTRA_MS} ms.`);
    }
  }

  async #runHere(run: EntryRun): Promise<TestAnswer> {
    const { room, sandboxes } = await this.#localParts();
    const { RemoteQueries } = await loadRuntime();
    const answerQuery = answerFromConnection(RemoteQueries, this.#connections, run.signal);
    return await room.runEntryHere(run, sandboxes, { answerQuery, nowMs: this.#session.environment.nowMs });
  }

  async #runCase(
    { uri, name }: Extract<TestReference, { kind: "case" }>,
    { timeoutMs = DEFAULT_TIMEOUT_MS, serverProgram }: RunTestsParams,
    report: TestReport,
    signal: AbortSignal,
  ): Promise<Conclusion> {
    const file = await loadCaseFile(this.#session, uri);
    if ("problem" in file) {
      const { message, range } = file.problem;
      throw new NotRunError(`${uri}:${range.start.line + 1}: ${message}`);
    }
    const plugin = await readPluginTexts(this.#session, file.pluginUri);
    report.started("local", plugin);
    this.#serverProgram = serverProgram;
    const { room, sandboxes, queries } = await this.#localParts();
    const onEvent = (event: Parameters<EntryRun["onEvent"]>[0]) => report.event(event);
    const run = { file, name, plugin, timeoutMs, signal, onEvent };
    return await room.runCaseHere(run, sandboxes, { queries, nowMs: this.#session.environment.nowMs });
  }

  #localParts(): Promise<LocalParts> {
    this.#local ??= this.#makeLocalParts();
    return this.#local;
  }

  async #makeLocalParts(): Promise<LocalParts> {
    const { environment } = this.#session;
    const [room, { SeededQueries }] = await Promise.all([import("./local/index.ts"), loadRuntime()]);
    const startServer = () =>
      room.startSeedServer({
        environment,
        program: this.#serverProgram,
        folders: this.#session.workspaceFolders(),
      });
    return { room, sandboxes: new room.Sandboxes(environment), queries: new SeededQueries(startServer) };
  }
}

function conclusionOf(answer: TestAnswer): Conclusion {
  const [first] = answer.errors;
  return first === undefined
    ? { outcome: "passed", answer }
    : { outcome: "failed", message: answer.errors.join("\n"), answer };
}

function withNotes(answer: TestAnswer, notes: readonly string[]): TestAnswer {
  return { ...answer, notes: [...answer.notes, ...notes] };
}
