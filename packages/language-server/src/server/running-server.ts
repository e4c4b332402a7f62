import path from "node:path";
import { pathToFileURL } from "node:url";
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
import { commandSources, diagnosticSources } from "../contributions/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import { type PrivateRoot, preparePrivateRoot, TypeChecker } from "../pyright/index.ts";
import { PythonFeatures } from "../python-features/index.ts";
import { Analysis } from "./analysis.ts";
import { capabilitiesFor } from "./capabilities.ts";
import type { Client } from "./client.ts";
import { type Commands, startCommands } from "./commands.ts";
import { answerFeatures } from "./features.ts";
import { Findings } from "./findings.ts";
import { Plugins } from "./plugins.ts";
import type { ServerOptions } from "./server.ts";

const SECTION = "millrace";
const GIVEN_UP =
  "Millrace: the type checker ends again and again, so types are not checked. Restart the language server to try again.";

/** The parts of a server that an editor has started, put together. */
export class RunningServer {
  readonly capabilities: ServerCapabilities;
  readonly #options: ServerOptions;
  readonly #client: Client;
  readonly #root: PrivateRoot;
  readonly #checker: TypeChecker;
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
    this.#checker.start();
    const python = new PythonFeatures(this.#checker);
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
      onModules: (uris) =>
        this.#checker.filesChanged(uris.map((uri) => ({ uri, type: FileChangeType.Created }))),
      onImportRoots: (directories) => this.#setImportRoots(directories),
      onChange: (document) => this.#findings.changed(document),
      onGone: (uri) => this.#findings.gone(uri),
    });
    this.#findings.answer(this.#plugins);
    answerFeatures(connection, { python, plugin: (uri) => this.#plugins.plugin(uri), context });
    this.#commands = startCommands(connection, commandSources, this.#session());
    this.capabilities = capabilitiesFor(client, this.#commands.names);
    connection.onDidChangeConfiguration(({ settings }) => this.#configure(settings?.[SECTION]));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#filesChanged(changes));
  }

  async initialized(): Promise<void> {
    if (this.#client.watchesFiles) {
      const watchers = [{ globPattern: "**/*.py" }];
      await this.#options.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    await this.#configure(undefined);
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

  #refresh(): void {
    void this.#findings.refresh(this.#plugins);
  }

  async #setImportRoots(directories: readonly string[]): Promise<void> {
    const more = directories.filter((directory) => !this.#client.folders.includes(directory));
    await this.#root.setImportRoots([...this.#client.folders, ...more]);
    const uri = pathToFileURL(path.join(this.#root.directory, "pyrightconfig.json")).href;
    if (more.length > 0) this.#checker.filesChanged([{ uri, type: FileChangeType.Changed }]);
  }

  async #filesChanged(changes: readonly FileEvent[]): Promise<void> {
    this.#checker.filesChanged(changes);
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
        this.#refresh();
      },
      notify: (method, params) => void connection.sendNotification(method, params),
      showMessage: (type, message) => this.#show(type, message),
      applyEdit: async (label, edit) => (await connection.workspace.applyEdit({ label, edit })).applied,
    };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
