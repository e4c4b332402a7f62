import { formatDuration, integerProblem, parseDuration, parsePrecision } from "@millrace/api/grammar";
import type { FieldSpec, OptionSpec } from "../../parser/index.ts";

export const DATABASE_ENV = ["INFLUXDB3_DATABASE_NAME"];

/** Options of every command that talks to a server. */
export const serverOptions: readonly OptionSpec[] = [
  {
    name: "host",
    short: "H",
    metavar: "HOST_URL",
    env: ["INFLUXDB3_HOST_URL"],
    default: "http://127.0.0.1:8181",
    help: "URL of the server",
  },
  {
    name: "token",
    aliases: ["t"],
    metavar: "AUTH_TOKEN",
    env: ["INFLUXDB3_AUTH_TOKEN"],
    secret: true,
    help: "Token to authenticate with",
  },
  {
    name: "tls-ca",
    metavar: "CA_CERT",
    env: ["INFLUXDB3_TLS_CA"],
    help: "Certificate authority to trust besides the system's: PEM, or DER when the name ends in .der",
  },
  {
    name: "tls-no-verify",
    kind: "flag",
    env: ["INFLUXDB3_TLS_NO_VERIFY"],
    help: "Accept any TLS certificate",
  },
];

export const databaseOption: OptionSpec = {
  name: "database",
  short: "d",
  metavar: "DATABASE_NAME",
  env: DATABASE_ENV,
  required: true,
  help: "Name of the database",
};

export const commonWithDatabase: readonly OptionSpec[] = [databaseOption, ...serverOptions];

export const formatOption: OptionSpec = {
  name: "format",
  metavar: "OUTPUT_FORMAT",
  choices: ["pretty", "json", "jsonl", "csv", "parquet"],
  default: "pretty",
  help: "Form of the result",
};

export const outputOption: OptionSpec = {
  name: "output",
  short: "o",
  metavar: "OUTPUT_FILE_PATH",
  help: "Write the result to this file",
};

export const hardDeleteOption: OptionSpec = {
  name: "hard-delete",
  metavar: "HARD_DELETE_AT",
  help: "When the deleted data goes for good: never, now, default, or an RFC 3339 time",
};

export const yesOption: OptionSpec = { name: "yes", short: "y", kind: "flag", help: "Do not ask" };

export const precisionOption: OptionSpec = {
  name: "precision",
  short: "p",
  parse: parsePrecision,
  help: "Unit of the timestamps: auto, s, ms, us, ns or the long names; the server's default is auto",
};

export function atLeastOne(text: string): number {
  const problem = integerProblem(text);
  if (problem !== undefined) throw new Error(problem);
  if (Number(text) < 1) throw new Error("value must be at least 1");
  return Number(text);
}

export function unsigned(text: string): number {
  const problem = integerProblem(text);
  if (problem !== undefined) throw new Error(problem);
  return Number(text);
}

export const rowLimitOption = (rows: string, help: string): OptionSpec => ({
  name: "limit",
  short: "l",
  metavar: "LIMIT",
  default: rows,
  parse: unsigned,
  help,
});

/** A duration in the form that travels: largest unit first. */
export function normalisedDuration(text: string): string {
  return formatDuration(parseDuration(text));
}

export function durationSeconds(text: string): number {
  return Number(parseDuration(text) / 1_000_000_000n);
}

/** One `key=value`; the value may contain further equals signs. */
export function keyValue(text: string): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals === -1) throw new Error('must be formatted as "key=value"');
  return { [text.slice(0, equals)]: text.slice(equals + 1) };
}

const FIELD_TYPES: readonly string[] = ["utf8", "int64", "uint64", "float64", "bool"];

/** One `name:type`. */
export function fieldSpec(text: string): FieldSpec[] {
  const colon = text.indexOf(":");
  if (colon === -1) throw new Error(`invalid FIELD:VALUE. No \`:\` found in \`${text}\``);
  const type = text.slice(colon + 1);
  if (!FIELD_TYPES.includes(type)) {
    throw new Error(`${type} is not a valid data type, values are int64, uint64, float64, utf8, and bool`);
  }
  return [{ name: text.slice(0, colon), type: type as FieldSpec["type"] }];
}
