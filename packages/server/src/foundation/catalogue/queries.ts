import type { CatalogueSection } from "./entry.ts";

/** Query routes, planning and execution. */
export const queryErrors = {
  query_parameters_missing: {
    status: 400,
    style: "text",
    text: "missing query parameters 'db' and 'q'",
    hint: "Add `?db=NAME&q=SQL`, or send them as a JSON body with POST.",
  },
  mime_type_invalid: {
    status: 400,
    style: "text",
    text: "invalid mime type ({type})",
    hint: "Ask for one of the supported types, or use the `format` parameter.",
  },
  format_not_supported: {
    status: 400,
    style: "text",
    text: "output format '{format}' is not supported by this server: use json, jsonl, csv or pretty",
    hint: "Choose one of the named formats.",
  },
  query_database_not_found: {
    status: 404,
    style: "json",
    text: "query error: database not found: {name}",
    hint: "Create the database, write to it, or check the spelling.",
  },
  query_plan_error: {
    status: 400,
    style: "text",
    text: "{detail}",
    hint: "Correct the statement: the detail says what was not understood or not found.",
  },
  query_not_implemented: {
    status: 405,
    style: "text",
    text: "This feature is not implemented: {detail}",
    hint: "Rewrite the query without the named feature.",
  },
  query_execution_error: {
    status: 500,
    style: "text",
    text: "{detail}",
    hint: "The statement was understood but failed on the data it met.",
  },
  query_resources_exhausted: {
    status: 500,
    style: "text",
    text: "Resources exhausted: {detail}",
    hint: "Narrow the time range, or raise `--exec-mem-pool-bytes`.",
  },
  query_timeout: {
    status: 500,
    style: "text",
    text: "query did not finish within {limit} and was cancelled",
    hint: "Narrow the time range or add a LIMIT.",
  },
  query_cancelled: {
    status: 500,
    style: "text",
    text: "query was cancelled",
    hint: "The client went away or the server is stopping.",
  },
  too_many_queries: {
    status: 429,
    style: "text",
    text: "too many queries are running and waiting: {detail}",
    hint: "Try again shortly, or raise `--max-concurrent-queries`.",
  },
} as const satisfies CatalogueSection;
