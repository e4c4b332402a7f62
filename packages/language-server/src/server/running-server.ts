import {
  CodeLensRefreshRequest,
  LogMessageNotification,
  MessageType,
  ResponseError,
  type ServerCapabilities,
} from "vscode-languageserver";
import type { AnalysisContext, SchemaSnapshot, Session, Settings } from "../analysis/index.ts";
import { DEFAULT_SETTINGS, readSettings } from "../analysis/index.ts";
import { commandSources, diagnosticSources } from "../contributions/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import { type PrivateRoot, preparePrivateRoot, TypeChecker } from "../pyright/index.ts";
import { PythonFeatures } from "../python-features/index.ts";
import { Analysis } from "./analysis.ts";
import { capabilitiesFor } from "./capabilities.ts";
import type { Client } from "./client.ts";
import { type Commands, startCommands } from "./commands.ts";
import { answerFeatures } from "./features.ts";
import { OpenDocuments } from "./open-documents.ts";
import { Publisher } from "./publisher.ts";
import type { ServerOptions } from "./server.ts";

const SECTION = "millrace";
/** LSP's code for an answer that a later change made useless. */
const CONTENT_MODIFIED = -32801;

/** The parts of a server that an editor has started, put together. */
export class RunningServer {
  readonly capabilities: ServerCapabilities;
  readonly #options: ServerOptions;
  readonly #client: Client;
  readonly #root: PrivateRoot;
  readonly #checker: TypeChecker;
  readonly #python: PythonFeatures;
  readonly #documents: OpenDocuments;
  readonly #analysis: Analysis;
  readonly #publisher: Publisher;
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
    this.#settings = readSettings(client.settings, DEFAULT_SETTINGS);
    this.#checker = new TypeChecker({
      script: pyrightScript,
      rootUri: root.uri,
      env: environment.env,
      onRestart: () => this.#refresh(),
      onGiveUp: () =>
        connection.window.showErrorMessage(
          "Millrace: the type checker ends again and again, so types are not checked. Restart the language server to try again.",
        ),
    });
    this.#checker.start();
    this.#python = new PythonFeatures(this.#checker);
    this.#documents = new OpenDocuments(connection, {
      changed: (document) => this.#changed(document),
      closed: (uri) => this.#closed(uri),
    });
    const context = (document: PluginDocument) => this.#context(document);
    this.#analysis = new Analysis({
      python: this.#python,
      sources: diagnosticSources,
      settings: () => this.#settings,
      context,
      checksPage: client.checksPage,
      onSourceFailure: (name, error) => this.#log(`The check '${name}' failed: ${describe(error)}`),
    });
    this.#publisher = new Publisher(connection, this.#analysis);
    answerFeatures(connection, { python: this.#python, plugin: (uri) => this.#plugin(uri), context });
    this.#commands = startCommands(connection, commandSources, this.#session());
    this.capabilities = capabilitiesFor(client, this.#commands.names);
    if (client.asksForDiagnostics) this.#answerDiagnostics();
    connection.onDidChangeConfiguration(({ settings }) => this.#configure(settings?.[SECTION]));
  }

  initialized(): void {
    void this.#configure(undefined);
  }

  async stop(): Promise<void> {
    await this.#commands.dispose();
    this.dispose();
  }

  dispose(): void {
    this.#publisher.dispose();
    this.#checker.stop();
    this.#root.remove();
  }

  #plugin(uri: string): PluginDocument | undefined {
    const document = this.#documents.get(uri);
    return document?.looksLikePlugin ? document : undefined;
  }

  #changed(document: PluginDocument): void {
    if (!document.looksLikePlugin) {
      this.#closed(document.uri);
      return;
    }
    this.#python.update(document);
    if (!this.#client.asksForDiagnostics) this.#publisher.schedule(document);
  }

  #closed(uri: string): void {
    this.#python.remove(uri);
    if (!this.#client.asksForDiagnostics) this.#publisher.clear(uri);
  }

  #context(_document: PluginDocument): AnalysisContext {
    return { settings: this.#settings, schema: this.#schema, isInPackage: false };
  }

  #answerDiagnostics(): void {
    this.#options.connection.languages.diagnostics.on(async ({ textDocument }, token) => {
      const document = this.#plugin(textDocument.uri);
      if (document === undefined) return { kind: "full", items: [] };
      const items = await this.#analysis.diagnostics(document, token);
      const isCurrent = this.#documents.get(textDocument.uri) === document;
      if (!isCurrent) throw new ResponseError(CONTENT_MODIFIED, "The document has changed.");
      return { kind: "full", items };
    });
  }

  /** Something that findings depend on is different now. */
  #refresh(): void {
    const { connection } = this.#options;
    if (this.#client.refreshesDiagnostics && this.#client.asksForDiagnostics) {
      connection.languages.diagnostics.refresh().catch(() => {});
    }
    if (!this.#client.asksForDiagnostics) {
      for (const document of this.#documents.all()) this.#changed(document);
    }
    if (this.#client.refreshesLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
  }

  async #configure(given: unknown): Promise<void> {
    const { connection } = this.#options;
    const settings = this.#client.hasConfiguration
      ? await connection.workspace.getConfiguration(SECTION)
      : given;
    const before = this.#settings;
    this.#settings = readSettings(settings, before);
    this.#checker.setPythonPath(this.#settings.pythonPath);
    if (JSON.stringify(before) !== JSON.stringify(this.#settings)) this.#refresh();
  }

  #log(message: string): void {
    const { connection } = this.#options;
    void connection.sendNotification(LogMessageNotification.type, { type: MessageType.Error, message });
  }

  #session(): Session {
    const { connection, environment } = this.#options;
    return {
      environment,
      settings: () => this.#settings,
      workspaceFolders: () => this.#client.folders,
      document: async (uri) => this.#documents.get(uri),
      schema: () => this.#schema,
      setSchema: (schema) => {
        this.#schema = schema;
        this.#refresh();
      },
      notify: (method, params) => void connection.sendNotification(method, params),
      showMessage: (type, message) =>
        void connection.sendNotification("window/showMessage", { type, message }),
      applyEdit: async (label, edit) => (await connection.workspace.applyEdit({ label, edit })).applied,
    };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
