import { z } from "zod";
import { JsonTextError, type JsonValue, parseJson } from "../json/index.ts";
import { spelling } from "./common.ts";

export const FORMAT_SPELLINGS = {
  json: "json",
  jsonl: "jsonl",
  json_lines: "jsonl",
  csv: "csv",
  pretty: "pretty",
  parquet: "parquet",
} as const;
export type QueryFormat = (typeof FORMAT_SPELLINGS)[keyof typeof FORMAT_SPELLINGS];

export const queryFormat = spelling(FORMAT_SPELLINGS);

/** Integers arrive as `bigint` when the body was decoded with `integersAsBigint`, so they stay exact. */
export type ParamValue = null | boolean | number | bigint | string;
export type QueryParams = Record<string, ParamValue>;

const NOT_SCALAR = "query parameters must be null, a boolean, a number or a string";

function isScalar(value: unknown): value is ParamValue {
  return value === null || ["boolean", "number", "bigint", "string"].includes(typeof value);
}

const paramValue = z.custom<ParamValue>(isScalar, { message: NOT_SCALAR });
const queryParams = z.record(z.string(), paramValue);

/** `params` of a GET: JSON text inside the query string. */
const paramsText = z.string().transform((text, context): QueryParams => {
  let value: JsonValue;
  try {
    value = parseJson(text, { integersAsBigint: true });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
  const parsed = queryParams.safeParse(value);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: parsed.error.issues[0]?.message ?? NOT_SCALAR });
  return z.NEVER;
});

/** `GET /api/v3/query_sql` */
export const querySqlQuery = z.object({
  db: z.string(),
  q: z.string(),
  format: queryFormat.optional(),
  params: paramsText.optional(),
});

/** `POST /api/v3/query_sql`; decode it with `integersAsBigint`. */
export const querySqlBody = z.object({
  db: z.string(),
  q: z.string(),
  format: queryFormat.nullish(),
  params: queryParams.nullish(),
});
export type QuerySqlBody = z.input<typeof querySqlBody>;

/** What both methods mean. */
export interface QueryRequest {
  db: string;
  q: string;
  format: QueryFormat | undefined;
  params: QueryParams;
}

export function queryRequestOf(
  decoded: z.output<typeof querySqlQuery> | z.output<typeof querySqlBody>,
): QueryRequest {
  const { db, q, format, params } = decoded;
  return { db, q, format: format ?? undefined, params: params ?? {} };
}
