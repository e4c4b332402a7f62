import { parseBaseUrl } from "@millrace/api/client";

/** A server, and the database on it that plugins are written for. */
export interface Connection {
  readonly host: string;
  readonly token: string | undefined;
  readonly database: string | undefined;
  readonly tls: ConnectionTls;
  /** How often the server is asked for its tables. */
  readonly schemaRefreshMs: number;
}

export interface ConnectionTls {
  /** PEM text of an authority to trust besides the system's. */
  readonly ca: string | undefined;
  readonly acceptsAnyCertificate: boolean;
}

const DEFAULT_HOST = "http://127.0.0.1:8181";
const DEFAULT_REFRESH_SECONDS = 60;
const REFRESH_SECONDS_MAX = 3600;
/** Tokens go into a header: what cannot stand there must not reach the HTTP library, whose errors would quote it. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Says in words for users what is wrong with a connection. It never quotes what may be a secret. */
export class ConnectionProblem extends Error {
  override name = "ConnectionProblem";
}

/** Reads the parameters of `millrace/setConnection`: docs/reference/language-server-protocol.md. */
export function readConnection(given: unknown): Connection | undefined {
  if (given === null || given === undefined) return undefined;
  if (typeof given !== "object") throw new ConnectionProblem("A connection is an object with a host.");
  const { host, token, database, caCertificate, acceptAnyCertificate, schemaRefreshSeconds } =
    given as Readonly<Record<string, unknown>>;
  return connectionOf({
    host: textOf("host", host),
    token: textOf("token", token),
    database: textOf("database", database),
    tls: {
      ca: textOf("caCertificate", caCertificate),
      acceptsAnyCertificate: acceptAnyCertificate === true,
    },
    schemaRefreshMs: refreshMs(schemaRefreshSeconds),
  });
}

/** What the CLI would connect to: docs/reference/cli.md. Undefined when the environment names nothing. */
export function connectionFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Connection | undefined {
  const host = env["INFLUXDB3_HOST_URL"] || undefined;
  const database = env["INFLUXDB3_DATABASE_NAME"] || undefined;
  if (host === undefined && database === undefined) return undefined;
  return connectionOf({
    host,
    token: env["INFLUXDB3_AUTH_TOKEN"] || undefined,
    database,
    tls: { ca: undefined, acceptsAnyCertificate: false },
    schemaRefreshMs: refreshMs(undefined),
  });
}

function connectionOf({
  host = DEFAULT_HOST,
  ...rest
}: Omit<Connection, "host"> & { host: string | undefined }): Connection {
  checkHost(host);
  if (rest.token !== undefined && !TOKEN.test(rest.token)) {
    throw new ConnectionProblem("The token has characters that no token has. Copy it again, without spaces.");
  }
  return { host, ...rest };
}

function checkHost(host: string): void {
  const url = urlOf(host);
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    throw new ConnectionProblem(
      "The host must not hold a user, a password or parameters. Give a token instead.",
    );
  }
}

function urlOf(host: string): URL {
  try {
    return parseBaseUrl(host);
  } catch {
    throw new ConnectionProblem("The host is no URL. Write it like http://127.0.0.1:8181.");
  }
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new ConnectionProblem(`The connection's ${name} must be a string.`);
  return value;
}

function refreshMs(seconds: unknown): number {
  const isUsable = typeof seconds === "number" && seconds >= 1;
  return 1000 * (isUsable ? Math.min(seconds, REFRESH_SECONDS_MAX) : DEFAULT_REFRESH_SECONDS);
}
