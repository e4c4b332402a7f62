import { readFile } from "node:fs/promises";
import path from "node:path";
import { ApiError } from "@millrace/api/client";
import { readAll } from "../../io/index.ts";
import { CommandError, type Context } from "../shared/action.ts";
import { wireFormat, writeBody } from "../shared/body.ts";
import { connect } from "../shared/connect.ts";
import { osErrorText } from "../shared/os-error.ts";

async function queryText({ io, values }: Context): Promise<string> {
  const given = values.optionalText("query");
  if (given !== undefined) return given;
  const file = values.optionalText("file");
  if (file !== undefined) {
    try {
      return await readFile(path.resolve(io.cwd, file), "utf8");
    } catch (error) {
      throw new CommandError(`io error: ${osErrorText(error)}`);
    }
  }
  if (io.stdin.isTty) {
    // The two spaces are part of the text that scripts know.
    throw new CommandError(
      "No input from stdin detected, no string was passed in,  and no file path was given",
    );
  }
  return readAll(io.stdin);
}

/** A missing database is a 404 too, but one that names it. */
function isUnknownRoute(error: unknown): error is ApiError {
  return (
    error instanceof ApiError && error.status === 404 && /^(?:not found)?\s*$/i.test(error.serverMessage)
  );
}

export async function runQuery(context: Context): Promise<undefined> {
  const { values } = context;
  const q = await queryText(context);
  const language = values.text("language") === "influxql" ? "influxql" : "sql";
  const body = { db: values.text("database"), q, format: wireFormat(values.text("format")), params: null };
  const response = await connect(context, "query-host")
    .query(language, body)
    .catch((error: unknown) => {
      throw language === "influxql" && isUnknownRoute(error)
        ? new CommandError(error.message, "this server does not support InfluxQL (yet); ask in SQL instead")
        : error;
    });
  await writeBody(context, response.body);
  return undefined;
}
