import {
  METHODS,
  type RunTestsParams,
  type TestProgress,
  type TestResult,
  type TestToRun,
} from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { closingLines, describeEvent } from "../../test-results/index.ts";
import type { LanguageServer } from "../language-server/index.ts";
import { locationOf, messageOf } from "./test-messages.ts";

export interface RunningTestsOptions {
  readonly controller: vscode.TestController;
  readonly languageServer: LanguageServer;
  readonly newId: () => string;
  readonly toRun: (item: vscode.TestItem) => Promise<TestToRun>;
}

interface Running {
  readonly run: vscode.TestRun;
  readonly items: ReadonlyMap<string, vscode.TestItem>;
}

/** Runs that are going on, drawn as the language server tells of them. */
export class RunningTests {
  readonly #options: RunningTestsOptions;
  readonly #running = new Map<string, Running>();
  #lastWithRows: TestResult | undefined;

  constructor(options: RunningTestsOptions) {
    this.#options = options;
  }

  get lastWithRows(): TestResult | undefined {
    return this.#lastWithRows;
  }

  async run(
    request: vscode.TestRunRequest,
    items: readonly vscode.TestItem[],
    token: vscode.CancellationToken | undefined,
  ): Promise<void> {
    const { controller, languageServer, newId, toRun } = this.#options;
    const run = controller.createTestRun(request);
    if (items.length === 0) {
      run.end();
      return;
    }
    const runId = newId();
    this.#running.set(runId, { run, items: new Map(items.map((item) => [item.id, item])) });
    for (const item of items) run.enqueued(item);
    const cancel = () =>
      void languageServer.request(METHODS.cancelTests, { runId }).then(undefined, () => undefined);
    const cancelling = [run.token, token].map((it) => it?.onCancellationRequested(cancel));
    try {
      const tests = await Promise.all(items.map(toRun));
      await languageServer.request(METHODS.runTests, { runId, tests, ...settings() });
    } catch (error) {
      const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
      for (const item of items) run.errored(item, message);
    } finally {
      for (const subscription of cancelling) subscription?.dispose();
      this.#running.delete(runId);
      run.end();
    }
  }

  progress(told: TestProgress): void {
    const running = this.#running.get(told.runId);
    const item = running?.items.get(told.testId);
    if (running === undefined || item === undefined) return;
    const { run } = running;
    switch (told.kind) {
      case "started":
        run.started(item);
        break;
      case "events":
        for (const event of told.events) {
          const { text, place } = describeEvent(event);
          run.appendOutput(asOutput(text), locationOf(place), item);
        }
        break;
      case "finished":
        this.#finish(run, item, told.result);
        break;
    }
  }

  #finish(run: vscode.TestRun, item: vscode.TestItem, result: TestResult): void {
    if (result.rowCount > 0) this.#lastWithRows = result;
    for (const line of closingLines(result)) run.appendOutput(asOutput(line), undefined, item);
    switch (result.outcome) {
      case "passed":
        run.passed(item, result.durationMs);
        break;
      case "failed":
        run.failed(item, messageOf(result, item), result.durationMs);
        break;
      case "errored":
        run.errored(item, messageOf(result, item), result.durationMs);
        break;
      case "cancelled":
        run.skipped(item);
        break;
    }
  }
}

function settings(): Pick<RunTestsParams, "where" | "timeoutMs" | "allowNetwork" | "serverProgram"> {
  const section = vscode.workspace.getConfiguration("millrace");
  const serverProgram = section.get<string>("tests.serverProgram", "");
  return {
    where: section.get<"auto" | "server" | "local">("tests.where", "auto"),
    timeoutMs: section.get<number>("tests.timeoutSeconds", 10) * 1000,
    allowNetwork: section.get<boolean>("tests.allowNetwork", false),
    ...(serverProgram === "" ? {} : { serverProgram }),
  };
}

/** Output is drawn by a terminal, which wants both characters at the end of a line. */
function asOutput(text: string): string {
  return `${text.replace(/\r?\n/g, "\r\n")}\r\n`;
}
