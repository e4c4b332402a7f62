import { ApiError, type InfluxClient, readText, type TransportResponse } from "@millrace/api/client";
import { CommandError, type Context } from "../shared/action.ts";
import { wireFormat, writeBody } from "../shared/body.ts";
import { connect } from "../shared/connect.ts";
import { type LogRow, logText } from "./log-text.ts";
import { type HistoryQuery, logsSql, PLUGINS_SQL, runsSql, TRIGGERS_SQL } from "./plugin-sql.ts";

const INTERNAL_DATABASE = "_internal";

export async function runShowPlugins(context: Context): Promise<undefined> {
  const format = wireFormat(context.values.text("format"));
  const body = { db: INTERNAL_DATABASE, q: PLUGINS_SQL, format, params: null };
  await writeBody(context, (await connect(context).query("sql", body)).body);
  return undefined;
}

/** Asks for a table that only Millrace has, and says so to users of other servers. */
async function history(
  { values }: Context,
  client: InfluxClient,
  what: string,
  { sql, params }: HistoryQuery,
  format: ReturnType<typeof wireFormat>,
  table = "processing_engine_logs",
): Promise<TransportResponse> {
  try {
    return await client.query("sql", { db: values.text("database"), q: sql, format, params });
  } catch (error) {
    if (
      !(error instanceof ApiError) ||
      !/(?:plugin_runs|plugin_logs|triggers)\W.*not found/s.test(error.serverMessage)
    )
      throw error;
    throw new CommandError(
      `${what} needs a Millrace server; the server at --host is another one`,
      `look into its system.${table}: influxdb3 show system -d DB table ${table}`,
    );
  }
}

export async function runShowTriggers(context: Context): Promise<undefined> {
  const format = wireFormat(context.values.text("format"));
  const query = { sql: TRIGGERS_SQL, params: {} };
  const table = "processing_engine_triggers";
  const response = await history(context, connect(context), "show triggers", query, format, table);
  await writeBody(context, response.body);
  return undefined;
}

export async function runShowRuns(context: Context): Promise<undefined> {
  const { values } = context;
  const query = runsSql({
    trigger: values.optionalText("trigger"),
    failedOnly: values.flag("failed"),
    limit: values.number("limit"),
  });
  const format = wireFormat(values.text("format"));
  const response = await history(context, connect(context), "show runs", query, format);
  await writeBody(context, response.body);
  return undefined;
}

export async function runShowLogs(context: Context): Promise<undefined> {
  const { values } = context;
  const query = logsSql({
    trigger: values.optionalText("trigger"),
    run: values.optionalText("run"),
    limit: values.number("limit"),
  });
  const asText = values.text("format") === "text";
  const format = asText ? "json" : wireFormat(values.text("format"));
  const response = await history(context, connect(context), "show logs", query, format);
  await writeBody(context, asText ? textOf(response) : response.body);
  return undefined;
}

async function* textOf({ body }: TransportResponse): AsyncGenerator<Uint8Array> {
  const rows = JSON.parse(await readText(body)) as LogRow[];
  yield Buffer.from(rows.map(logText).join(""));
}
