import { ENGINE_PREFIX, type Method, routes } from "../routes/index.ts";
import type {
  CapabilitiesResponse,
  CreateTableBody,
  CreateTriggerBody,
  DeleteTriggerBody,
  InstalledPackage,
  NamedTokenBody,
  PingResponse,
  PluginContent,
  PluginDirectoryBody,
  PluginEntry,
  PluginFileBody,
  QuerySqlBody,
  RequestPluginTestBody,
  RequestPluginTestResponse,
  RunTriggerBody,
  RunTriggerResponse,
  SchedulePluginTestBody,
  SchedulePluginTestResponse,
  TokenResponse,
  UpdateTriggerBody,
  WalPluginTestBody,
  WalPluginTestResponse,
} from "../schemas/index.ts";
import { parseBaseUrl, type QueryValue, routeUrl } from "./base-url.ts";
import { ApiError, ResponseError } from "./errors.ts";
import { readText, type Transport, type TransportResponse } from "./transport.ts";

export interface ClientOptions {
  host: string;
  transport: Transport;
  token?: string;
  signal?: AbortSignal;
}

export interface WriteOptions {
  db: string;
  precision?: string;
  acceptPartial?: boolean;
  noSync?: boolean;
  /** The body is already compressed. */
  gzip?: boolean;
}

interface Call {
  method: Method;
  path: string;
  query?: Record<string, QueryValue>;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string | Uint8Array;
}

/** A typed call for every route. Statuses of 400 and more are thrown as `ApiError`. */
export class InfluxClient {
  readonly #base: URL;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#base = parseBaseUrl(options.host);
    this.#options = options;
  }

  async send(call: Call): Promise<TransportResponse> {
    const headers: Record<string, string> = { ...call.headers };
    const { token, signal, transport } = this.#options;
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (call.json !== undefined) headers["content-type"] = "application/json";
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    const response = await transport({
      method: call.method,
      url: routeUrl(this.#base, call.path, call.query),
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status >= 400) throw new ApiError(response.status, await readText(response.body));
    return response;
  }

  async #done(call: Call): Promise<void> {
    const response = await this.send(call);
    for await (const _ of response.body) {
      // A body nobody needs is read all the same, so that its connection can be used again.
    }
  }

  async #json<T>(call: Call): Promise<T> {
    const text = await readText((await this.send(call)).body);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new ResponseError(`failed to parse JSON response: ${(error as Error).message}`);
    }
  }

  writeLp(options: WriteOptions, body: string | Uint8Array): Promise<void> {
    return this.#done({
      method: "POST",
      path: routes.writeLp.path,
      query: {
        db: options.db,
        precision: options.precision,
        accept_partial: options.acceptPartial,
        no_sync: options.noSync,
      },
      headers: options.gzip === true ? { "content-encoding": "gzip" } : {},
      body,
    });
  }

  /** The answer is in the format asked for; nothing is decoded here. */
  query(language: "sql" | "influxql", body: QuerySqlBody): Promise<TransportResponse> {
    const { path } = language === "sql" ? routes.querySql : routes.queryInfluxql;
    return this.send({ method: "POST", path, json: body });
  }

  listDatabases(query: { format: string; showDeleted: boolean }): Promise<TransportResponse> {
    const { path } = routes.database;
    return this.send({
      method: "GET",
      path,
      query: { format: query.format, show_deleted: query.showDeleted },
    });
  }

  createDatabase(db: string, retentionPeriod: string | null = null): Promise<void> {
    const json = { db, retention_period: retentionPeriod };
    return this.#done({ method: "POST", path: routes.database.path, json });
  }

  updateDatabase(db: string, retentionPeriod: string | null): Promise<void> {
    const json = { db, retention_period: retentionPeriod };
    return this.#done({ method: "PUT", path: routes.database.path, json });
  }

  deleteDatabase(db: string, hardDeleteAt?: string): Promise<void> {
    const query = { db, hard_delete_at: hardDeleteAt };
    return this.#done({ method: "DELETE", path: routes.database.path, query });
  }

  createTable(json: CreateTableBody): Promise<void> {
    return this.#done({ method: "POST", path: routes.table.path, json });
  }

  deleteTable(db: string, table: string, hardDeleteAt?: string): Promise<void> {
    const query = { db, table, hard_delete_at: hardDeleteAt };
    return this.#done({ method: "DELETE", path: routes.table.path, query });
  }

  createAdminToken(): Promise<TokenResponse> {
    return this.#json({ method: "POST", path: routes.createAdminToken.path });
  }

  regenerateAdminToken(): Promise<TokenResponse> {
    return this.#json({ method: "POST", path: routes.regenerateAdminToken.path });
  }

  createNamedToken(json: NamedTokenBody): Promise<TokenResponse> {
    return this.#json({ method: "POST", path: routes.createNamedToken.path, json });
  }

  createTrigger(json: CreateTriggerBody): Promise<void> {
    return this.#done({ method: "POST", path: routes.trigger.path, json });
  }

  deleteTrigger(json: DeleteTriggerBody): Promise<void> {
    return this.#done({ method: "DELETE", path: routes.trigger.path, json });
  }

  enableTrigger(db: string, name: string): Promise<void> {
    return this.#done({ method: "POST", path: routes.enableTrigger.path, query: { db, trigger_name: name } });
  }

  disableTrigger(db: string, name: string): Promise<void> {
    return this.#done({
      method: "POST",
      path: routes.disableTrigger.path,
      query: { db, trigger_name: name },
    });
  }

  uploadPluginFile(db: string | undefined, json: PluginFileBody): Promise<void> {
    return this.#done({ method: "POST", path: routes.pluginFiles.path, query: { db }, json });
  }

  /** `plugin_name` is the name of a trigger: the file that it runs is overwritten. */
  updatePluginFile(db: string, json: PluginFileBody): Promise<void> {
    return this.#done({ method: "PUT", path: routes.pluginFiles.path, query: { db }, json });
  }

  updatePluginDirectory(db: string, json: PluginDirectoryBody): Promise<void> {
    return this.#done({ method: "PUT", path: routes.pluginDirectory.path, query: { db }, json });
  }

  installPackages(packages: readonly string[]): Promise<void> {
    return this.#done({ method: "POST", path: routes.installPackages.path, json: { packages } });
  }

  /** A requirements file on the server. */
  installRequirements(location: string): Promise<void> {
    const json = { requirements_location: location };
    return this.#done({ method: "POST", path: routes.installRequirements.path, json });
  }

  testWalPlugin(json: WalPluginTestBody): Promise<WalPluginTestResponse> {
    return this.#json({ method: "POST", path: routes.testWalPlugin.path, json });
  }

  testSchedulePlugin(json: SchedulePluginTestBody): Promise<SchedulePluginTestResponse> {
    return this.#json({ method: "POST", path: routes.testSchedulePlugin.path, json });
  }

  testRequestPlugin(json: RequestPluginTestBody): Promise<RequestPluginTestResponse> {
    return this.#json({ method: "POST", path: routes.testRequestPlugin.path, json });
  }

  updateTrigger(json: UpdateTriggerBody): Promise<void> {
    return this.#done({ method: "PUT", path: routes.updateTrigger.path, json });
  }

  runTrigger(json: RunTriggerBody): Promise<RunTriggerResponse> {
    return this.#json({ method: "POST", path: routes.runTrigger.path, json });
  }

  plugins(): Promise<PluginEntry[]> {
    return this.#json({ method: "GET", path: routes.plugins.path });
  }

  pluginContent(path: string): Promise<PluginContent> {
    return this.#json({ method: "GET", path: routes.pluginContent.path, query: { path } });
  }

  packages(): Promise<InstalledPackage[]> {
    return this.#json({ method: "GET", path: routes.packages.path });
  }

  /** Calls a request trigger; its answer may be of any type. */
  engine(
    method: "GET" | "POST",
    path: string,
    query: Record<string, string> = {},
    body?: string | Uint8Array,
  ): Promise<TransportResponse> {
    const call: Call = { method, path: ENGINE_PREFIX + path, query };
    return this.send(body === undefined ? call : { ...call, body });
  }

  ping(): Promise<PingResponse> {
    return this.#json({ method: "GET", path: routes.ping.path });
  }

  async health(): Promise<string> {
    return readText((await this.send({ method: "GET", path: routes.health.path })).body);
  }

  capabilities(): Promise<CapabilitiesResponse> {
    return this.#json({ method: "GET", path: routes.capabilities.path });
  }
}
