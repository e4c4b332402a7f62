const REASONS: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Payload Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

/** A JSON body with a text `message` is shown as that text, any other body as it came. */
export function messageOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && "message" in value) {
      if (typeof value.message === "string") return value.message;
    }
  } catch {
    // Most error bodies are plain text.
  }
  return body;
}

/** The server answered with a status of 400 or more. */
export class ApiError extends Error {
  /** By name: a bundled program and the packages beside it have a copy of this class each. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ApiError";
  }

  override name = "ApiError";
  readonly status: number;
  readonly body: string;
  /** What the server said, without the status. */
  readonly serverMessage: string;

  constructor(status: number, body: string) {
    const serverMessage = messageOf(body);
    const reason = REASONS[status] ?? "<unknown status code>";
    super(`server responded with error [${status} ${reason}]: ${serverMessage}`);
    this.status = status;
    this.body = body;
    this.serverMessage = serverMessage;
  }
}

export type ConnectFailure = "connect" | "dns" | "tls" | "timeout" | "closed";

const FAILURE_TEXT: Record<ConnectFailure, string> = {
  connect: "client error (Connect)",
  dns: "client error (Connect)",
  tls: "client error (Connect)",
  timeout: "operation timed out",
  closed: "client error (SendRequest)",
};

/** No answer, or only a part of one. `reason` says what the network layer knows. */
export class ConnectError extends Error {
  /** By name, as above. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ConnectError";
  }

  override name = "ConnectError";
  readonly failure: ConnectFailure;
  readonly reason: string;

  constructor(request: { method: string; url: string }, failure: ConnectFailure, reason: string) {
    super(`failed to send ${request.method} ${request.url.split("?")[0]} request: ${FAILURE_TEXT[failure]}`);
    this.failure = failure;
    this.reason = reason;
  }
}

/** The server answered, but not in the form that the route promises. */
export class ResponseError extends Error {
  override name = "ResponseError";
}

/** The host is not a URL that a request can be sent to. */
export class BaseUrlError extends Error {
  override name = "BaseUrlError";
}
