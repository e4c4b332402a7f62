import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type {
  CancelTestsParams,
  ListTestsParams,
  RunTestsParams,
  TestInput,
  TestTarget,
  TestToRun,
} from "../protocol/index.ts";

const TARGETS: readonly TestTarget[] = ["auto", "server", "local"];
const TESTS_MAX = 10_000;
const TIMEOUT_MAX_MS = 10 * 60 * 1000;

type Given = Readonly<Record<string, unknown>>;

/** Readers of parameters: what makes no sense is refused with what would. */
export function readListParams(given: unknown): ListTestsParams {
  const { uri } = objectOf("the parameters", given ?? {});
  return { ...optional("uri", textOf("uri", uri)) };
}

export function readCancelParams(given: unknown): CancelTestsParams {
  const { runId } = objectOf("the parameters", given ?? {});
  return { ...optional("runId", textOf("runId", runId)) };
}

export function readRunParams(given: unknown): RunTestsParams {
  const all = objectOf("the parameters", given);
  const { tests, where, timeoutMs, allowNetwork } = all;
  if (!Array.isArray(tests) || tests.length === 0 || tests.length > TESTS_MAX) {
    throw invalid(`tests must be a list of 1 to ${TESTS_MAX} tests`);
  }
  if (where !== undefined && !TARGETS.includes(where as TestTarget)) {
    throw invalid(`where must be one of ${TARGETS.join(", ")}`);
  }
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
    throw invalid(`timeoutMs must be a number from 1 to ${TIMEOUT_MAX_MS}`);
  }
  return {
    tests: tests.map(readTest),
    where: (where as TestTarget | undefined) ?? "auto",
    allowNetwork: allowNetwork === true,
    ...optional("timeoutMs", timeoutMs as number | undefined),
    ...optional("runId", textOf("runId", all["runId"])),
    ...optional("database", textOf("database", all["database"])),
    ...optional("serverProgram", textOf("serverProgram", all["serverProgram"])),
  };
}

function readTest(given: unknown): TestToRun {
  const { id, uri, entryPoint, input } = objectOf("a test", given);
  const rest = input === undefined || input === null ? {} : { input: readInput(input) };
  if (typeof id === "string") return { id, ...rest };
  if (typeof uri === "string" && typeof entryPoint === "string") return { uri, entryPoint, ...rest };
  throw invalid("a test has an id, or a uri and an entryPoint");
}

function readInput(given: unknown): TestInput {
  const all = objectOf("input", given);
  const texts = ["lineProtocol", "callTime", "schedule", "now", "cacheName", "serverFileName"] as const;
  const read = Object.fromEntries(texts.flatMap((name) => entryOf(name, textOf(name, all[name]))));
  return {
    ...read,
    ...optional("args", textsOf("args", all["args"])),
    ...optional("request", readRequest(all["request"])),
  };
}

function readRequest(given: unknown): TestInput["request"] {
  if (given === undefined || given === null) return undefined;
  const { query, headers, body, bodyBase64 } = objectOf("request", given);
  return {
    ...optional("query", textsOf("query", query)),
    ...optional("headers", textsOf("headers", headers)),
    ...optional("body", textOf("body", body)),
    ...optional("bodyBase64", textOf("bodyBase64", bodyBase64)),
  };
}

function isTimeout(value: unknown): boolean {
  return typeof value === "number" && value >= 1 && value <= TIMEOUT_MAX_MS;
}

function objectOf(name: string, given: unknown): Given {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as Given;
  throw invalid(`${name} must be an object`);
}

function textOf(name: string, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "string") return given;
  throw invalid(`${name} must be a string`);
}

function textsOf(name: string, given: unknown): Readonly<Record<string, string>> | undefined {
  if (given === undefined || given === null) return undefined;
  const all = objectOf(name, given);
  const wrong = Object.keys(all).find((key) => typeof all[key] !== "string");
  if (wrong !== undefined) throw invalid(`${name}.${wrong} must be a string`);
  return all as Readonly<Record<string, string>>;
}

function entryOf<Value>(name: string, value: Value | undefined): [string, Value][] {
  return value === undefined ? [] : [[name, value]];
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function invalid(message: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `Millrace tests: ${message}.`);
}
