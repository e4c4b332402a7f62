import assert from "node:assert/strict";
import type { OpenFile } from "./editor.ts";
import { FakeDatabase, TAG } from "./fake-database.ts";
import { type RunningServer, startServer } from "./server.ts";

const TIME = { time: "Timestamp(ns)" };

export const SQL_TABLES = {
  cpu: { Region: TAG, host: TAG, n: "Int64", ...TIME, usage: "Float64" },
  mem: { free: "Int64", host: TAG, ...TIME },
  "home room": { "temp °C": "Float64", ...TIME },
  "system.queries": { query_text: "Utf8", success: "Boolean" },
};

export interface SqlServer {
  readonly server: RunningServer;
  readonly database: FakeDatabase;
  readonly connection: { readonly host: string; readonly database: string };
  stop(): Promise<void>;
}

/** A language server that is connected to a database with some tables. */
export async function startSqlServer(): Promise<SqlServer> {
  const database = new FakeDatabase(SQL_TABLES);
  const host = await database.start();
  const server = await startServer();
  const connection = { host, database: "db" };
  await server.connection.sendRequest("millrace/setConnection", connection);
  return {
    server,
    database,
    connection,
    stop: async () => {
      await server.stop();
      await database.stop();
    },
  };
}

/** A plugin around some lines, which stand in an entry point. */
export function plugin(lines: string): string {
  const body = lines.split("\n").map((line) => `    ${line}`);
  return ["def process_scheduled_call(influxdb3_local, call_time, args=None):", ...body, ""].join("\n");
}

/** Findings about SQL at each mark, in their order, and no others. */
export async function expectSql(file: OpenFile, ...codes: string[]) {
  const all = await file.diagnostics();
  const found = all.filter(({ code }) => String(code).startsWith("sql-"));
  const place = ({ range: { start, end } }: { range: ReturnType<OpenFile["range"]> }) =>
    `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
  assert.deepEqual(
    found.map((it) => `${it.code} ${place(it)}`),
    codes.map((code, i) => `${code} ${place({ range: file.range(i) })}`),
    found.map(({ message }) => message).join("\n"),
  );
  return found;
}
