import duckdb from "@duckdb/node-bindings";
import { QueryFailure } from "./failures.ts";
import { literalPattern } from "./literal-pattern.ts";

/** Files that a statement reads: path → how users know it. */
export type FileNames = ReadonlyMap<string, string>;

/** What to say about a data file that cannot be read, whoever noticed it. */
export function fileFailure(name: string, reason: string): QueryFailure {
  return new QueryFailure("query_execution_error", {
    detail:
      `the data file '${name}' is missing or damaged (${reason}); nothing of it was left out silently. ` +
      "Restore it from a backup",
  });
}

/**
 * Finds the file that an error of the engine is about. Not every message names it: then each file's footer is read
 * once more. Undefined: no file is to blame.
 */
export async function failureOfFiles(
  error: unknown,
  files: FileNames,
  connection: duckdb.Connection,
): Promise<QueryFailure | undefined> {
  const message = (error as Error).message;
  for (const [path, name] of files) {
    if (mentions(message, path)) return fileFailure(name, reasonOf(message, path, name));
  }
  if (!UNNAMED_DAMAGE.test(message)) return undefined;
  for (const [path, name] of files) {
    const problem = await problemOf(path, connection);
    if (problem !== undefined) return fileFailure(name, reasonOf(problem, path, name));
  }
  return fileFailure([...files.values()].join("' or '"), reasonOf(message, "", ""));
}

/** What the engine says of files whose inner structure makes no sense. */
const UNNAMED_DAMAGE = /TProtocolException|TTransportException|Parquet|parquet|decompress|^IO Error/;

function mentions(message: string, path: string): boolean {
  return message.includes(path) || message.includes(literalPattern(path));
}

/** One line without the kind of error and without paths of the server. */
function reasonOf(message: string, path: string, name: string): string {
  const line = message.split("\n")[0]!.replace(/^[\w ]+ Error: /, "");
  return path === "" ? line : line.replaceAll(literalPattern(path), name).replaceAll(path, name);
}

async function problemOf(path: string, connection: duckdb.Connection): Promise<string | undefined> {
  try {
    const quoted = literalPattern(path).replaceAll("'", "''");
    await duckdb.query(connection, `SELECT count(*) FROM parquet_metadata('${quoted}')`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
