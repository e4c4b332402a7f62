import type { S3Config } from "../../config/index.ts";
import { systemReason } from "../../foundation/index.ts";
import { errorCode } from "../file-system.ts";
import { CredentialsError } from "./credentials.ts";
import { AttemptTimeout } from "./retries.ts";

/** A request to the store that failed for good: what, why, and what to do about it. */
export class S3Error extends Error {
  override name = "S3Error";
  /** The service's code, or the network's. */
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(what: string, config: S3Config, cause: unknown) {
    const place = `bucket "${config.bucket}" ${config.endpoint === undefined ? `in ${config.region}` : `at ${config.endpoint}`}`;
    super(`cannot ${what} in ${place}: ${explain(cause)}`, { cause });
    this.code = codeOf(cause);
    this.status = statusOf(cause);
  }
}

/** The answer ended before all of it had come. */
export class TruncatedError extends Error {
  override name = "TruncatedError";
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** The code in the answer; without an answer, what the network said. */
export function codeOf(error: unknown): string | undefined {
  const { name, Code } = (error ?? {}) as { name?: string; Code?: string };
  return statusOf(error) === undefined ? (errorCode(error) ?? name) : (Code ?? name);
}

const TRANSIENT_CODES = new Set([
  "ConditionalRequestConflict",
  "InternalError",
  "OperationAborted",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "SlowDown",
]);
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

/** Another attempt may succeed: the network, a busy service, an answer that was cut off. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TruncatedError || error instanceof AttemptTimeout) return true;
  const status = statusOf(error);
  const code = codeOf(error) ?? "";
  if (status === undefined) return isNetworkFailure(error) && !CERTIFICATE.test(code);
  if (TRANSIENT_CODES.has(code)) return true;
  // An answer that says "done" and cannot be read was damaged on its way.
  return (status >= 500 && status !== 501) || status === 429 || status === 408 || status < 300;
}

function isNetworkFailure(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: string; code?: unknown };
  return name === "TimeoutError" || (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code));
}

const BAD_KEYS = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidToken",
  "SignatureDoesNotMatch",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
]);

/** New credentials may help. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status === 401 || status === 403 || BAD_KEYS.has(codeOf(error) ?? "");
}

export function isMissingObject(error: unknown): boolean {
  return statusOf(error) === 404 && codeOf(error) !== "NoSuchBucket";
}

function explain(error: unknown): string {
  if (error instanceof CredentialsError) return error.message;
  const code = codeOf(error);
  const status = statusOf(error);
  if (status === undefined) return explainNoAnswer(error, code);
  if (code === "NoSuchBucket") return "it does not exist. Create it, or name another one with --bucket";
  if (code !== undefined && BAD_KEYS.has(code)) {
    return (
      `the service does not accept the credentials (${code}). ` +
      "Check --aws-access-key-id, --aws-secret-access-key and --aws-session-token, or the --aws-credentials-file"
    );
  }
  if (status === 301 || status === 307 || code === "AuthorizationHeaderMalformed") {
    return "it is in another region. Name that with --aws-default-region";
  }
  if (status === 401 || status === 403) {
    return (
      `access is denied (${code ?? status}). ` +
      "The credentials must allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on it"
    );
  }
  if (status === 501) {
    return "the service does not know this kind of request. Use one that implements the S3 protocol with conditional writes";
  }
  const said = (error as Error).message || "no reason given";
  return `the service answered ${status} (${code ?? "no code"}): ${said}`;
}

function explainNoAnswer(error: unknown, code: string | undefined): string {
  if (code !== undefined && CERTIFICATE.test(code)) {
    return (
      `the service's certificate is not trusted (${code}). ` +
      "Trust its issuer with --object-store-tls-ca, or do without the check with --object-store-tls-allow-insecure"
    );
  }
  if (code === "CredentialsProviderError") {
    return (
      "this machine has no credentials for it. Give --aws-access-key-id and --aws-secret-access-key, " +
      "an --aws-credentials-file, or --aws-skip-signature where requests need no signature"
    );
  }
  if (error instanceof TruncatedError || error instanceof AttemptTimeout || isNetworkFailure(error)) {
    return `it cannot be reached: ${systemReason(error)}. Check the network, that the service runs, and --aws-endpoint`;
  }
  return error instanceof Error ? error.message : String(error);
}
