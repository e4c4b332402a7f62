import type { NetworkErrorKind, NetworkReply } from "../protocol/index.ts";

type Failure = Extract<NetworkReply, { ok: false }>;

export function failure(kind: NetworkErrorKind, message: string): Failure {
  return { ok: false, kind, message };
}

export const TIMED_OUT = failure("timeout", "timed out");
export const CLOSED: Failure = { ...failure("system", "the socket is closed"), code: "EBADF" };

/** What an error of Node's network means to Python. */
export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ETIMEDOUT") return TIMED_OUT;
  // System errors have no underscore in their names; those of TLS and of certificates have.
  if (/^E[A-Z0-9]+$/.test(code) && code !== "EPROTO") return { ok: false, kind: "system", message, code };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return failure("tls-certificate", message);
  if (code === "EPROTO" || code.startsWith("ERR_")) return failure("tls", message);
  if (code !== "") return failure("tls-certificate", message);
  return failure("system", message);
}
