import {
  type CancellationToken,
  CancellationTokenSource,
  type Disposable,
  FileChangeType,
} from "vscode-languageserver/node";
import { type Child, startChild } from "./child.ts";

export interface TypeCheckerOptions {
  readonly script: string;
  readonly rootUri: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was known about documents may be different now: the checker is a new one. */
  readonly onRestart: () => void;
  /** It ended so often that it is not started again. */
  readonly onGiveUp: () => void;
}

interface OpenText {
  readonly version: number;
  readonly text: string;
}

/** Ends in a row, without an answer between, after which something is wrong that another start does not cure. */
const FAILURES_MAX = 4;
const RESTART_DELAY_MS = 200;
/** What it writes to its log when it does so, a moment after it was told to. */
const RELOAD_MESSAGE = "Reloading configuration file";
const RELOAD_MAX_MS = 1000;
/** Longer than the largest plugin takes on a slow machine; an editor waits for an answer. */
const ANSWER_MAX_MS = 30_000;

/** Pyright, with the texts that it is to know. It is started again when it ends. */
export class TypeChecker {
  readonly #options: TypeCheckerOptions;
  readonly #texts = new Map<string, OpenText>();
  #child: Child | undefined;
  /** It has been told of all texts. Before that only the latest of each matters. */
  #isInformed = false;
  #isStopped = false;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;
  #pythonPath: string | undefined;

  constructor(options: TypeCheckerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isStopped || this.#child !== undefined) return;
    const { script, rootUri, env } = this.#options;
    const child = startChild({
      script,
      rootUri,
      env,
      pythonPath: this.#pythonPath,
      onExit: () => this.#onExit(),
    });
    this.#child = child;
    this.#isInformed = false;
    child.ready.then(
      () => {
        if (this.#child !== child) return;
        this.#isInformed = true;
        for (const [uri, text] of this.#texts) this.#open(uri, text);
      },
      () => {},
    );
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#restart);
    this.#child?.end();
    this.#child = undefined;
  }

  /** Takes effect with a new process: the old one keeps what it found out about the environment. */
  setPythonPath(pythonPath: string | undefined): void {
    if (pythonPath === this.#pythonPath) return;
    this.#pythonPath = pythonPath;
    if (this.#child === undefined) return;
    this.#child.end();
    this.#child = undefined;
    this.start();
    this.#options.onRestart();
  }

  /** Gives it a text, or a later version of one. */
  setText(uri: string, version: number, text: string): void {
    const known = this.#texts.get(uri);
    if (known !== undefined && known.text === text && known.version === version) return;
    this.#texts.set(uri, { version, text });
    if (known === undefined) this.#open(uri, { version, text });
    else
      this.#notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  }

  removeText(uri: string): void {
    if (this.#texts.delete(uri)) this.#notify("textDocument/didClose", { textDocument: { uri } });
  }

  has(uri: string): boolean {
    return this.#texts.has(uri);
  }

  /** Makes it read its configuration anew, and forget which files there are. */
  async reload(configurationUri: string): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const changes = [{ uri: configurationUri, type: FileChangeType.Changed }];
    let listener: Disposable | undefined;
    let deadline: NodeJS.Timeout | undefined;
    await child.ready
      .then(async () => {
        const reloaded = new Promise<void>((resolve) => {
          listener = child.connection.onNotification(
            "window/logMessage",
            ({ message }: { message: string }) => {
              if (message.startsWith(RELOAD_MESSAGE)) resolve();
            },
          );
          deadline = setTimeout(resolve, RELOAD_MAX_MS);
        });
        await child.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
        await reloaded;
      })
      .catch(() => {});
    clearTimeout(deadline);
    listener?.dispose();
  }

  /** Its answer; undefined when there is none, because it is being started again or takes too long. */
  async ask<Answer>(method: string, params: unknown, token?: CancellationToken): Promise<Answer | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    const source = new CancellationTokenSource();
    const cancelled = token?.onCancellationRequested(() => source.cancel());
    let deadline: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      deadline = setTimeout(() => {
        source.cancel();
        resolve(undefined);
      }, ANSWER_MAX_MS);
    });
    try {
      const asked = child.ready.then(() =>
        child.connection.sendRequest<Answer>(method, params, source.token),
      );
      const answer = await Promise.race([asked, timeout]);
      this.#failures = 0;
      return answer ?? undefined;
    } catch {
      return undefined;
    } finally {
      clearTimeout(deadline);
      cancelled?.dispose();
      source.dispose();
    }
  }

  #open(uri: string, { version, text }: OpenText): void {
    this.#notify("textDocument/didOpen", { textDocument: { uri, languageId: "python", version, text } });
  }

  #notify(method: string, params: unknown): void {
    if (this.#child === undefined || !this.#isInformed) return;
    this.#child.connection.sendNotification(method, params).catch(() => {});
  }

  #onExit(): void {
    this.#child = undefined;
    if (this.#isStopped) return;
    this.#failures++;
    if (this.#failures > FAILURES_MAX) {
      this.#options.onGiveUp();
      return;
    }
    this.#restart = setTimeout(() => {
      this.start();
      this.#options.onRestart();
    }, RESTART_DELAY_MS * this.#failures);
  }
}
