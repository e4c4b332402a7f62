import { PlanError } from "@millrace/sql";
import type { ErrorCode } from "../../foundation/index.ts";

/** A failure of a query in the form that crosses threads: a code of the error catalogue and its values. */
export class QueryFailure extends Error {
  readonly code: ErrorCode;
  readonly values: Readonly<Record<string, string>>;
  /** For the server's log only: it may name things users must not see. */
  readonly internal: string | undefined;

  constructor(code: ErrorCode, values: Readonly<Record<string, string>> = {}, internal?: string) {
    super(values["detail"] ?? code);
    this.name = "QueryFailure";
    this.code = code;
    this.values = values;
    this.internal = internal;
  }
}

const PLANNING = "error while planning query: ";
const NOT_IMPLEMENTED = /^This feature is not implemented: /;
const RESOURCES = /^Resources exhausted: /;

/** Statuses and texts: docs/reference/http-api.md, "Errors of queries". */
export function failureOf(error: unknown): QueryFailure {
  if (error instanceof QueryFailure) return error;
  if (error instanceof PlanError) return planFailure(error);
  return executionFailure(error instanceof Error ? error.message : String(error));
}

function planFailure(error: PlanError): QueryFailure {
  const { message } = error;
  switch (error.kind) {
    case "not_implemented":
      return new QueryFailure("query_not_implemented", { detail: message.replace(NOT_IMPLEMENTED, "") });
    case "resources":
      return new QueryFailure("query_resources_exhausted", { detail: message.replace(RESOURCES, "") });
    case "execution":
      return new QueryFailure("query_execution_error", { detail: message });
    default:
      return new QueryFailure("query_plan_error", { detail: PLANNING + message });
  }
}

const ARROW_TYPES: Readonly<Record<string, string>> = {
  BOOL: "Boolean",
  INT8: "Int8",
  INT16: "Int16",
  INT32: "Int32",
  INT64: "Int64",
  UINT8: "UInt8",
  UINT16: "UInt16",
  UINT32: "UInt32",
  UINT64: "UInt64",
  FLOAT: "Float32",
  DOUBLE: "Float64",
  DATE: "Date32",
};

interface Translation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly detail: (match: RegExpExecArray) => string;
}

/** The engine's messages in the words of the original; what is not listed never reaches a user. */
const TRANSLATIONS: readonly Translation[] = [
  {
    pattern: /^INTERRUPT Error/,
    code: "query_cancelled",
    detail: () => "",
  },
  {
    pattern: /^Out of Memory Error/,
    code: "query_resources_exhausted",
    detail: () => "the query needs more memory than the limit for queries allows",
  },
  {
    pattern: /Divide by zero/i,
    code: "query_execution_error",
    detail: () => "Arrow error: Divide by zero error",
  },
  {
    pattern: /^Conversion Error: Could not convert string '([\s\S]*)' to (\w+)/,
    code: "query_execution_error",
    detail: ([, text, type]) =>
      `Arrow error: Cast error: Cannot cast string '${text}' to value of ${ARROW_TYPES[type!] ?? type} type`,
  },
  {
    pattern:
      /^Conversion Error: (?:invalid timestamp field format|timestamp field value out of range): "([^"]*)"/,
    code: "query_execution_error",
    detail: ([, text]) => `Arrow error: Parser error: Error parsing timestamp from '${text}'`,
  },
  {
    pattern: /^Out of Range Error: Overflow in \w+ of \w+ \(([^)]*)\)/,
    code: "query_execution_error",
    detail: ([, terms]) => `Arrow error: Arithmetic overflow: Overflow happened on: ${terms}`,
  },
  {
    pattern: /^(?:Conversion|Out of Range) Error: ([^\n]*)/,
    code: "query_execution_error",
    detail: ([, text]) => `Execution error: ${text}`,
  },
  {
    // Raised by the statement itself through error('…'): the text is ours.
    pattern: /^Invalid Input Error: ([^\n]*)/,
    code: "query_execution_error",
    detail: ([, text]) => text!,
  },
];

function executionFailure(message: string): QueryFailure {
  for (const { pattern, code, detail } of TRANSLATIONS) {
    const match = pattern.exec(message);
    if (match !== null) return new QueryFailure(code, { detail: detail(match) });
  }
  return new QueryFailure(
    "query_execution_error",
    { detail: "Internal error: the query could not be executed; the server's log has the details" },
    message,
  );
}
