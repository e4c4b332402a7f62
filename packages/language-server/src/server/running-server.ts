import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  LogMessageNotification,
  MessageType,
  type ServerCapabilities,
  ShowMessageNotification,
} from "vscode-languageserver";
import {
  type AnalysisContext,
  readSettings,
  type SchemaSnapshot,
  type Session,
  type Settings,
} from "../analysis/index.ts";
import { commandSources, diagnosticSources, queryTypeSources } from "../contributions/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import { type PrivateRoot, preparePrivateRoot, TypeChecker } from "../pyright/index.ts";
import { PythonFeatures } from "../python-features/index.ts";
import { Analysis } from "./analysis.ts";
import { capabilitiesFor } from "./capabilities.ts";
import type { Client } from "./client.ts";
import { type Commands, startCommands } from "./commands.ts";
import { answerFeatures } from "./features.ts";
import { Findings } from "./findings.ts";
import { KnownRows } from "./known-rows.ts";
import { Plugins } from "./plugins.ts";
import type { ServerOptions } from "./server.ts";

const SECTION = "millrace";
/** An editor that does not tell its settings gets answers all the same. */
const CONFIGURATION_MAX_MS = 2000;
const GIVEN_UP =
  "Millrace: the type checker ends again and again, so types are not checked. Restart the language server to try again.";

/** The parts of a server that an editor has started, put together. */
export class RunningServer {
  readonly capabilities: ServerCapabilities;
  readonly #options: ServerOptions;
  readonly #client: Client;
  readonly #root: PrivateRoot;
  readonly #checker: TypeChecker;
  readonly #rows: KnownRows;
  readonly #plugins: Plugins;
  readonly #findings: Findings;
  readonly #commands: Commands;
  #settings: Settings;
  #schema: SchemaSnapshot | undefined;

  static async start(options: ServerOptions, client: Client): Promise<RunningServer> {
    const root = await preparePrivateRoot({ parent: client.storageDirectory });
    await root.setImportRoots(client.folders);
    return new RunningServer(options, client, root);
  }

  private constructor(options: ServerOptions, client: Client, root: PrivateRoot) {
    const { connection, environment, pyrightScript } = options;
    this.#options = options;
    this.#client = client;
    this.#root = root;
    this.#settings = readSettings(client.settings);
    this.#checker = new TypeChecker({
      script: pyrightScript,
      rootUri: root.uri,
      env: environment.env,
      onRestart: () => this.#refresh(),
      onGiveUp: () => this.#show(MessageType.Error, GIVEN_UP),
    });
    const python = new PythonFeatures(this.#checker, root.stubUri);
    this.#checker.start();
    this.#rows = new KnownRows(python, queryTypeSources);
    const context = (document: PluginDocument) => this.#context(document);
    const analysis = new Analysis({
      python,
      sources: diagnosticSources,
      settings: () => this.#settings,
      context,
      checksPage: client.checksPage,
      onSourceFailure: (name, error) => this.#log(`The check '${name}' failed: ${describe(error)}`),
    });
    this.#findings = new Findings(connection, client, analysis);
    this.#plugins = new Plugins({
      connection,
      python,
      onModules: (importRoots) => this.#setImportRoots(importRoots),
      onChange: (document) => {
        this.#rows.changed(document, context(document));
        this.#findings.changed(document);
      },
      onGone: (uri) => {
        this.#rows.gone(uri);
        this.#findings.gone(uri);
      },
    });
    this.#findings.answer(this.#plugins);
    answerFeatures(connection, { python, plugin: (uri) => this.#plugins.plugin(uri), context });
    this.#commands = startCommands(connection, commandSources, this.#session());
    this.capabilities = capabilitiesFor(client, this.#commands.names);
    connection.onDidChangeConfiguration(({ settings }) => this.#configure(settings?.[SECTION]));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#plugins.follow(this.#filesChanged(changes)));
  }

  async initialized(): Promise<void> {
    this.#plugins.follow(within(CONFIGURATION_MAX_MS, this.#configure(undefined)));
    if (!this.#client.watchesFiles) return;
    const watchers = [{ globPattern: "**/*.py" }];
    await this.#options.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  async stop(): Promise<void> {
    await this.#commands.dispose();
    this.dispose();
  }

  /** Without waiting for anything. */
  dispose(): void {
    this.#findings.dispose();
    this.#checker.stop();
    this.#root.remove();
  }

  #context({ uri }: PluginDocument): AnalysisContext {
    return { settings: this.#settings, schema: this.#schema, isInPackage: this.#plugins.isInPackage(uri) };
  }

  /** Queries of open plugins have other columns with another schema. */
  async #refreshRows(): Promise<void> {
    for (const plugin of await this.#plugins.all()) this.#rows.changed(plugin, this.#context(plugin));
    this.#refresh();
  }

  #refresh(): void {
    void this.#findings.refresh(this.#plugins);
  }

  async #setImportRoots(directories: readonly string[]): Promise<void> {
    const more = directories.filter((directory) => !this.#client.folders.includes(directory));
    await this.#root.setImportRoots([...this.#client.folders, ...more]);
    await this.#checker.reload(this.#root.configurationUri);
  }

  async #filesChanged(changes: readonly FileEvent[]): Promise<void> {
    const isOther = changes.some((change) => change.type !== FileChangeType.Changed);
    if (isOther) await this.#checker.reload(this.#root.configurationUri);
    await this.#plugins.filesChanged();
    this.#refresh();
  }

  async #configure(given: unknown): Promise<void> {
    const { connection } = this.#options;
    const asked = this.#client.hasConfiguration
      ? await connection.workspace.getConfiguration(SECTION)
      : given;
    const before = JSON.stringify(this.#settings);
    this.#settings = readSettings(asked, this.#settings);
    this.#checker.setPythonPath(this.#settings.pythonPath);
    if (JSON.stringify(this.#settings) !== before) this.#refresh();
  }

  #log(message: string): void {
    const params = { type: MessageType.Error, message };
    void this.#options.connection.sendNotification(LogMessageNotification.method, params);
  }

  #show(type: MessageType, message: string): void {
    void this.#options.connection.sendNotification(ShowMessageNotification.method, { type, message });
  }

  #session(): Session {
    const { connection, environment } = this.#options;
    return {
      environment,
      settings: () => this.#settings,
      workspaceFolders: () => this.#client.folders,
      document: (uri) => this.#plugins.file(uri),
      schema: () => this.#schema,
      setSchema: (schema) => {
        this.#schema = schema;
        this.#rows.setSchema(schema);
        void this.#refreshRows();
      },
      notify: (method, params) => void connection.sendNotification(method, params),
      showMessage: (type, message) => this.#show(type, message),
      applyEdit: async (label, edit) => (await connection.workspace.applyEdit({ label, edit })).applied,
    };
  }
}

/** Waits for work, but not longer than this. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work.catch(() => {}), limit]);
  clearTimeout(timer);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
