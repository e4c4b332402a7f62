import { ApiError, ConnectError, type InfluxClient } from "@millrace/api/client";
import { databaseNameProblem, type QueryReply, type QueryRequest } from "../protocol/index.ts";
import { type ColumnType, columnBatch, guessTypes } from "./column-batch.ts";
import { csvHeader, parseRows } from "./json-rows.ts";

/** Opens a client whose requests end with the signal. */
export type OpenClient = (signal: AbortSignal) => InfluxClient;

/** What users are told to do, in the words of the program that they use. */
export interface QueryHints {
  readonly denied: string;
  readonly unreachable: string;
}

const COMMAND_LINE_HINTS: QueryHints = {
  denied: "give a token with --token or set INFLUXDB3_AUTH_TOKEN",
  unreachable: "queries go to the server at --host: start one with influxdb3 serve, or name another",
};

const MAX_RESULT_BYTES = 256 * 1024 * 1024;
/** Types that were asked for are remembered for so many statements. */
const MAX_REMEMBERED = 200;

/**
 * Answers the queries of plugins that run here from a server, over routes that every server has. Values come as
 * JSON, which does not say what type they are, so the types are asked for separately: docs/guides/testing-plugins.md,
 * "Queries".
 */
export class RemoteQueries {
  readonly #open: OpenClient;
  readonly #hints: QueryHints;
  readonly #types = new Map<string, readonly ColumnType[]>();

  constructor(open: OpenClient, hints: QueryHints = COMMAND_LINE_HINTS) {
    this.#open = open;
    this.#hints = hints;
  }

  async answer(request: QueryRequest): Promise<QueryReply> {
    const { database, sql, timeoutMs } = request;
    const problem = databaseNameProblem(database);
    if (problem !== undefined) return { error: `invalid database name provided: ${problem}` };
    try {
      const client = this.#open(AbortSignal.timeout(timeoutMs));
      const rows = parseRows(await ask(client, request, sql, "jsonl"));
      if (rows.length === 0) return { batches: [] };
      const types = await this.#typesOf(client, request);
      return {
        batches: [columnBatch(rows, types.asked ? types.columns : guessTypes(rows, types.names))],
      };
    } catch (error) {
      return { error: `error: ${failureText(error, this.#hints)} executing query on ${database}: ${sql}` };
    }
  }

  /** The columns of a SELECT with their types; of other statements the names at most. */
  async #typesOf(
    client: InfluxClient,
    request: QueryRequest,
  ): Promise<{ asked: true; columns: readonly ColumnType[] } | { asked: false; names: readonly string[] }> {
    const key = JSON.stringify([request.database, request.sql]);
    const known = this.#types.get(key);
    if (known !== undefined) return { asked: true, columns: known };
    const names = await columnNames(client, request);
    const columns = isSelect(request.sql) ? await columnTypes(client, request, names) : undefined;
    if (columns === undefined) return { asked: false, names };
    if (this.#types.size >= MAX_REMEMBERED) this.#types.clear();
    this.#types.set(key, columns);
    return { asked: true, columns };
  }
}

async function columnNames(client: InfluxClient, request: QueryRequest): Promise<string[]> {
  const sql = isSelect(request.sql) ? `SELECT * FROM (\n${innerSql(request.sql)}\n) LIMIT 1` : request.sql;
  try {
    return csvHeader(await ask(client, request, sql, "csv"));
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

async function columnTypes(
  client: InfluxClient,
  request: QueryRequest,
  names: readonly string[],
): Promise<ColumnType[] | undefined> {
  if (names.length === 0) return undefined;
  const asked = names.map((name, i) => `arrow_typeof("${name.replaceAll('"', '""')}") AS c${i}`);
  const sql = `SELECT ${asked.join(", ")} FROM (\n${innerSql(request.sql)}\n) LIMIT 1`;
  try {
    const [row] = parseRows(await ask(client, request, sql, "jsonl"));
    if (row === undefined) return undefined;
    return names.map((name, i) => ({ name, type: String(row[`c${i}`]) }));
  } catch (error) {
    // Some statements cannot stand inside another one, for example two columns of the same name.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function isSelect(sql: string): boolean {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:select|with|values|\()/i.test(sql);
}

function innerSql(sql: string): string {
  return sql.replace(/[;\s]+$/, "");
}

async function ask(
  client: InfluxClient,
  { database, params }: QueryRequest,
  sql: string,
  format: "jsonl" | "csv",
): Promise<string> {
  const { body } = await client.query("sql", { db: database, q: sql, format, params });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_RESULT_BYTES) {
      throw new Error(`the result is larger than ${MAX_RESULT_BYTES} bytes: select less at a time`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** In the words that a server's own plugins would read, where it is an error of the server. */
function failureText(error: unknown, hints: QueryHints): string {
  if (error instanceof ApiError) {
    if (error.status === 401 || error.status === 403) {
      return `${error.message}; ${hints.denied};`;
    }
    return plainMessage(error.serverMessage).replace(/^query error: /, "");
  }
  if (error instanceof ConnectError) {
    return `${error.message} (${error.reason}); ${hints.unreachable};`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Some routes wrap their text in JSON. */
function plainMessage(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" ? error : text;
  } catch {
    return text;
  }
}
