import type { LensArguments } from "@millrace/language-server";
import { type ListTestsResult, METHODS, type TestProgress } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { rowsTable } from "../../test-results/index.ts";
import type { LanguageServer } from "../language-server/index.ts";
import { showResult } from "../queries/index.ts";
import { RunningTests } from "./running-tests.ts";
import { testToRun } from "./test-to-run.ts";
import { TestTree } from "./test-tree.ts";

export interface PluginTestControllerOptions {
  readonly languageServer: LanguageServer;
  readonly output: vscode.LogOutputChannel;
  readonly newId: () => string;
}

const CHANGE_PAUSE_MS = 400;
const WATCHED = "**/*.{py,test.yaml,test.yml}";

/** Tests of plugins in the editor's Test Explorer: the language server finds and runs them. */
export class PluginTestController implements vscode.Disposable {
  readonly #options: PluginTestControllerOptions;
  readonly #controller = vscode.tests.createTestController("millrace", "InfluxDB 3 plugins");
  readonly #tree = new TestTree(this.#controller);
  readonly #running: RunningTests;
  readonly #subscriptions: vscode.Disposable[] = [this.#controller];
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(options: PluginTestControllerOptions) {
    const { languageServer, newId } = options;
    this.#options = options;
    this.#running = new RunningTests({
      controller: this.#controller,
      languageServer,
      newId,
      toRun: (item) => testToRun(item.id, this.#tree.test(item)),
    });
    this.#controller.refreshHandler = () => this.#list(undefined);
    this.#controller.createRunProfile(
      "Run",
      vscode.TestRunProfileKind.Run,
      (request, token) => this.#run(request, token),
      true,
      undefined,
      true,
    );
    const watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate((uri) => this.#changed(uri)),
      watcher.onDidChange((uri) => this.#changed(uri)),
      watcher.onDidDelete(() => void this.#list(undefined)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#changed(document.uri)),
      languageServer.onDidStart(() => void this.#list(undefined)),
      languageServer.onNotification<TestProgress>(METHODS.testProgress, (told) =>
        this.#running.progress(told),
      ),
    );
    if (languageServer.isRunning) void this.#list(undefined);
  }

  /** Runs what stands below a lens. */
  async runLens({ uri, entryPoint }: LensArguments): Promise<void> {
    await this.#list(uri);
    const item = this.#tree.entryPoint(uri, entryPoint);
    if (item === undefined) {
      void vscode.window.showWarningMessage(
        `No trigger can call ${entryPoint} here, so it cannot be tested.`,
      );
      return;
    }
    await this.#running.run(new vscode.TestRunRequest([item]), [item], undefined);
  }

  /** The rows that the last test with any wrote, as a table. */
  showWrittenRows(): void {
    const result = this.#running.lastWithRows;
    if (result === undefined) {
      void vscode.window.showInformationMessage("No test of this window has written rows yet.");
      return;
    }
    showResult(rowsTable(result), `Rows written by ${result.label}`, "Nothing of it was stored.");
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const chosen = () => this.#tree.chosen(request);
    if (!request.continuous) return this.#running.run(request, chosen(), token);
    // On each save: the tests of the plugin that was saved, as far as they were chosen.
    const saves = vscode.workspace.onDidSaveTextDocument(async ({ uri }) => {
      await this.#list(uri.toString());
      const concerned = chosen().filter((item) => this.#tree.concerns(item, uri));
      if (concerned.length > 0) await this.#running.run(request, concerned, token);
    });
    token.onCancellationRequested(() => saves.dispose());
  }

  #changed(uri: vscode.Uri): void {
    if (!/\.(py|test\.ya?ml)$/.test(uri.path)) return;
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void this.#list(key);
      }, CHANGE_PAUSE_MS),
    );
  }

  /** Asks for the tests of a document, or of all folders. */
  async #list(uri: string | undefined): Promise<void> {
    const { languageServer, output } = this.#options;
    if (!languageServer.isRunning) return;
    try {
      const params = uri === undefined ? {} : { uri };
      const { tests } = await languageServer.request<ListTestsResult>(METHODS.listTests, params);
      if (uri === undefined) this.#tree.replaceAll(tests);
      else this.#tree.replaceOf(uri, tests);
    } catch (error) {
      output.warn(`Tests were not listed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
