import { ApiError, type InfluxClient, readText } from "@millrace/api/client";
import { CommandError, type Context } from "../shared/action.ts";
import { wireFormat, writeBody } from "../shared/body.ts";
import { connect } from "../shared/connect.ts";
import { TABLE_LIST_SQL, TABLE_NAMES_SQL, tableSql } from "./system-sql.ts";

function ask({ values }: Context, client: InfluxClient, q: string) {
  const format = wireFormat(values.text("format"));
  return client.query("sql", { db: values.text("database"), q, format, params: null });
}

async function tableNames({ values }: Context, client: InfluxClient): Promise<string[]> {
  const body = { db: values.text("database"), q: TABLE_NAMES_SQL, format: "json" as const, params: null };
  const rows: unknown = JSON.parse(await readText((await client.query("sql", body)).body));
  return (Array.isArray(rows) ? rows : []).map((row: { table_name?: unknown }) => String(row.table_name));
}

export async function runTableList(context: Context): Promise<undefined> {
  await writeBody(context, (await ask(context, connect(context), TABLE_LIST_SQL)).body);
  return undefined;
}

export async function runTable(context: Context): Promise<undefined> {
  const { values } = context;
  const client = connect(context);
  const table = values.text("system-table");
  const sql = tableSql({
    table,
    select: values.list("select"),
    orderBy: values.list("order-by"),
    limit: values.number("limit"),
  });
  try {
    await writeBody(context, (await ask(context, client, sql)).body);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.serverMessage.includes("not found")) throw error;
    const names = (await tableNames(context, client)).map((name) => JSON.stringify(name)).join(", ");
    throw new CommandError(
      `system table '${table}' not found: please use a valid system table name: [${names}]`,
    );
  }
  return undefined;
}

/** One answer after the other, each under its title. */
async function* summaries(context: Context): AsyncGenerator<Uint8Array> {
  const client = connect(context);
  const limit = context.values.number("limit");
  for (const table of await tableNames(context, client)) {
    yield Buffer.from(`${table} summary:\n`);
    let last: number | undefined;
    const { body } = await ask(context, client, tableSql({ table, select: [], orderBy: [], limit }));
    for await (const chunk of body) {
      yield chunk;
      last = chunk.at(-1) ?? last;
    }
    if (last !== undefined && last !== 10) yield Buffer.from("\n");
  }
}

export async function runSummary(context: Context): Promise<undefined> {
  await writeBody(context, summaries(context));
  return undefined;
}
