import {
  type CreateTriggerBody,
  formatTriggerSpec,
  PING_HEADERS,
  parseTriggerSpec,
  type RunTriggerResponse,
  routes,
} from "@millrace/api";
import { InfluxClient, type Transport } from "@millrace/api/client";
import type { Plugin, Table, TableColumn, Trigger } from "./model.ts";
import { quotedText } from "./quoted.ts";
import { readBounded } from "./read-bounded.ts";
import { type Row, readRows, textIn } from "./rows.ts";

export interface ServerOptions {
  readonly host: string;
  readonly token: string | undefined;
  readonly transport: Transport;
}

/** A plugin's file on its way to a server. */
export interface PluginUpload {
  /** Below the plugin directory, with `/`. */
  readonly path: string;
  readonly content: string;
}

const ANSWER_MAX_MS = 15_000;
/** Queries of people may think for longer. */
const QUERY_MAX_MS = 120_000;
const COLUMNS_SQL =
  "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'iox'";
const TRIGGERS_SQL = "SELECT * FROM system.processing_engine_triggers ORDER BY trigger_name";

/** What the editor asks of a server. Each call has a deadline and throws what `failureText` puts into words. */
export class Server {
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#options.host;
  }

  /** Whether it is Millrace: an original has no routes of ours. */
  async isMillrace(): Promise<boolean> {
    const response = await this.#client().send({ method: "GET", path: routes.ping.path });
    await readBounded(response.body);
    return response.headers[PING_HEADERS.millraceVersion.toLowerCase()] !== undefined;
  }

  async version(): Promise<string> {
    return (await this.#client().ping()).version;
  }

  async databases(): Promise<string[]> {
    const { body } = await this.#client().listDatabases({ format: "json", showDeleted: false });
    const rows = readRows(await readBounded(body));
    return rows.map((row) => textIn(row, "iox::database")).sort();
  }

  async tables(database: string): Promise<Table[]> {
    const tables = new Map<string, TableColumn[]>();
    for (const row of await this.#rows(database, COLUMNS_SQL)) {
      const name = textIn(row, "table_name");
      const columns = tables.get(name);
      if (columns === undefined) tables.set(name, [columnOf(row)]);
      else columns.push(columnOf(row));
    }
    return [...tables].map(([name, columns]) => ({ name, columns })).sort(byName);
  }

  async triggers(database: string): Promise<Trigger[]> {
    const rows = await this.#rows(database, TRIGGERS_SQL);
    return rows.map((row) => ({
      name: textIn(row, "trigger_name"),
      plugin: textIn(row, "plugin_filename"),
      specification: specificationText(textIn(row, "trigger_specification")),
      isDisabled: row["disabled"] === true,
      errorBehavior: textIn(row, "error_behavior"),
    }));
  }

  /** The last lines that a trigger logged, oldest first. */
  async triggerLogs(database: string, trigger: string, limit: number): Promise<string[]> {
    const sql =
      "SELECT event_time, log_level, log_text FROM system.processing_engine_logs " +
      `WHERE trigger_name = ${quotedText(trigger)} ORDER BY event_time DESC LIMIT ${limit}`;
    const rows = await this.#rows(database, sql);
    return rows
      .reverse()
      .map((row) => ["event_time", "log_level", "log_text"].map((name) => textIn(row, name)).join("  "));
  }

  /** Undefined where the server does not tell: an original. */
  async plugins(): Promise<Plugin[] | undefined> {
    if (!(await this.isMillrace())) return undefined;
    const entries = await this.#client().plugins();
    return entries.map(({ path, kind, triggers }) => ({ path, isPackage: kind === "package", triggers }));
  }

  /** The text of an answer in JSON: a list of rows. */
  async query(database: string, sql: string): Promise<string> {
    const client = this.#client(QUERY_MAX_MS);
    const { body } = await client.query("sql", { db: database, q: sql, format: "json" });
    return readBounded(body);
  }

  createTrigger(body: CreateTriggerBody): Promise<void> {
    return this.#client().createTrigger(body);
  }

  setTriggerEnabled(database: string, trigger: string, isEnabled: boolean): Promise<void> {
    const client = this.#client();
    return isEnabled ? client.enableTrigger(database, trigger) : client.disableTrigger(database, trigger);
  }

  deleteTrigger(database: string, trigger: string): Promise<void> {
    return this.#client().deleteTrigger({ db: database, trigger_name: trigger, force: true });
  }

  /** Data-write triggers get lines, with their times in nanoseconds; others get none. */
  runTrigger(database: string, trigger: string, lines: string | undefined): Promise<RunTriggerResponse> {
    const body = { db: database, trigger_name: trigger, ...(lines === undefined ? {} : { input_lp: lines }) };
    return this.#client(QUERY_MAX_MS).runTrigger(body);
  }

  async uploadPlugin(database: string, files: readonly PluginUpload[]): Promise<void> {
    for (const { path, content } of files) {
      await this.#client().uploadPluginFile(database, { plugin_name: path, content });
    }
  }

  async #rows(database: string, sql: string): Promise<Row[]> {
    const { body } = await this.#client().query("sql", { db: database, q: sql, format: "json" });
    return readRows(await readBounded(body));
  }

  #client(deadlineMs = ANSWER_MAX_MS): InfluxClient {
    const { host, token, transport } = this.#options;
    const signal = AbortSignal.timeout(deadlineMs);
    return new InfluxClient({ host, transport, signal, ...(token === undefined ? {} : { token }) });
  }
}

function columnOf(row: Row): TableColumn {
  const name = textIn(row, "column_name");
  const type = textIn(row, "data_type");
  const kind = name === "time" ? "time" : type.startsWith("Dictionary(") ? "tag" : "field";
  return { name, kind, type };
}

/** Servers show the form that they keep; people know the one that they wrote. */
function specificationText(kept: string): string {
  try {
    return formatTriggerSpec(parseTriggerSpec(kept));
  } catch {
    return kept;
  }
}

function byName(one: Table, other: Table): number {
  return one.name < other.name ? -1 : 1;
}
