import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type { Session } from "../analysis/index.ts";
import { connectionsOf } from "../connection/index.ts";
import {
  type CancelTestsResult,
  METHODS,
  type RunTestsParams,
  type RunTestsResult,
  type TestResult,
} from "../protocol/index.ts";
import { TestReport } from "./progress/index.ts";
import { RunQueue } from "./run-queue.ts";
import { TestPerformer } from "./test-performer.ts";
import { testsToRun } from "./tests-to-run.ts";

/** Runs that may wait for the one that is going on. */
const WAITING_MAX = 8;

/** The runs that an editor asks for: one at a time, each of one or more tests. */
export class TestRuns {
  readonly #session: Session;
  readonly #performer: TestPerformer;
  readonly #queue = new RunQueue(WAITING_MAX);
  readonly #running = new Map<string, AbortController>();
  #count = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#performer = new TestPerformer(session, connectionsOf(session));
  }

  /** Ends early when the signal says so. */
  async run(params: RunTestsParams, signal: AbortSignal): Promise<RunTestsResult> {
    const runId = params.runId ?? this.#nextId();
    if (this.#running.has(runId)) throw refused(`there is a run '${runId}' already`);
    if (this.#queue.isFull) throw refused(`${WAITING_MAX} runs wait already: try again later`);
    const cancelling = new AbortController();
    this.#running.set(runId, cancelling);
    try {
      const ending = AbortSignal.any([signal, cancelling.signal]);
      return await this.#queue.run(() => this.#perform(runId, params, ending), ending);
    } finally {
      this.#running.delete(runId);
      // Who tests a plugin has often just written what it reads.
      void connectionsOf(this.#session).refreshSchema();
    }
  }

  cancel(runId: string | undefined): CancelTestsResult {
    const ended = [...this.#running].filter(([id]) => runId === undefined || id === runId);
    for (const [, cancelling] of ended) cancelling.abort();
    return { cancelled: ended.length };
  }

  async dispose(): Promise<void> {
    this.cancel(undefined);
    await this.#performer.dispose();
  }

  async #perform(runId: string, params: RunTestsParams, signal: AbortSignal): Promise<RunTestsResult> {
    const { nowMs } = this.#session.environment;
    const startedMs = nowMs();
    const results: TestResult[] = [];
    for (const test of testsToRun(params)) {
      const { id: testId, label } = test;
      const notify = (progress: unknown) => this.#session.notify(METHODS.testProgress, progress);
      const report = new TestReport({ runId, testId, label, notify, nowMs });
      results.push(await this.#performer.perform(test, params, report, signal));
    }
    const count = (...outcomes: TestResult["outcome"][]) =>
      results.filter(({ outcome }) => outcomes.includes(outcome)).length;
    return {
      runId,
      results,
      passed: count("passed"),
      failed: count("failed", "errored"),
      cancelled: count("cancelled"),
      durationMs: nowMs() - startedMs,
    };
  }

  #nextId(): string {
    let id: string;
    do id = `run-${++this.#count}`;
    while (this.#running.has(id));
    return id;
  }
}

function refused(why: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidRequest, `Millrace tests: ${why}.`);
}
