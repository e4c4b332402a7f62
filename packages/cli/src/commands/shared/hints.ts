/** Failures whose second line helps: the first line is fixed and does not say why. */
const CONNECT_HINTS: Record<string, string> = {
  dns: "check the host name in --host",
  tls: "name the server's authority with --tls-ca <PATH>, or accept any certificate with --tls-no-verify",
  timeout: "the server did not answer in time",
};

const TOKEN_HINT =
  "give a token with --token or set INFLUXDB3_AUTH_TOKEN; " +
  "a new server's first token comes from influxdb3 create token --admin";

/** By what they carry, since a client that was not needed is not loaded. */
interface Failure {
  readonly message: string;
  readonly hint?: string;
  readonly status?: number;
  readonly failure?: string;
  readonly reason?: string;
}

function refusedText(message: string): string {
  const host = /https?:\/\/[^/\s]+/.exec(message)?.[0] ?? "that host";
  return (
    `connection refused: is a server running at ${host}? ` +
    "Start one with influxdb3 serve, or name another with --host"
  );
}

/** The line that says why, or what to do next, or nothing when the message says all there is. */
export function hintFor(error: unknown): string | undefined {
  const { message, hint, status, failure = "", reason } = error as Failure;
  if (hint !== undefined) return `hint: ${hint}`;
  if (status === 401) return `hint: ${TOKEN_HINT}`;
  if (reason === undefined) return undefined;
  if (failure === "connect" && reason.includes("ECONNREFUSED")) return `caused by: ${refusedText(message)}`;
  const advice = CONNECT_HINTS[failure];
  return advice === undefined ? undefined : `caused by: ${reason}; ${advice}`;
}
