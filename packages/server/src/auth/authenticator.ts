import { timingSafeEqual } from "node:crypto";
import { type Clock, ServerError } from "../foundation/index.ts";
import { tokenOfHeader, tokenOfQuery } from "./credentials.ts";
import { hashToken } from "./token.ts";

/** What a request shows of itself. */
export interface Presented {
  readonly path: string;
  readonly queryText: string | undefined;
  readonly authorization: string | undefined;
}

export interface KnownToken {
  readonly hash: string;
  readonly expiryMs: number | null;
}

export interface AuthenticatorOptions<T extends KnownToken> {
  /** False: everyone may come in, but a malformed header is still refused. */
  enabled: boolean;
  /** Names of `--disable-authz`. */
  exempt: ReadonlySet<string>;
  tokenByHash(hash: string): T | undefined;
  clock: Clock;
}

/** The first token is created here, when nobody can have one yet. */
const BOOTSTRAP_PATH = "/api/v3/configure/token/admin";

/** Routes of 1.x, where the token may come as a parameter. */
const QUERY_TOKEN_PATHS = new Set(["/query", "/write"]);

const EXEMPT_PATHS: Record<string, readonly string[]> = {
  health: ["/health", "/api/v1/health"],
  ping: ["/ping"],
  metrics: ["/metrics"],
  pprof: ["/debug/pprof/heap"],
};

/** Decides who may come in: docs/reference/http-api.md, "Authentication". */
export class Authenticator<T extends KnownToken> {
  readonly #options: AuthenticatorOptions<T>;
  readonly #openPaths: ReadonlySet<string>;

  constructor(options: AuthenticatorOptions<T>) {
    this.#options = options;
    this.#openPaths = new Set([...options.exempt].flatMap((name) => EXEMPT_PATHS[name] ?? []));
  }

  /** Returns the token in use, or undefined where none is needed; throws when the request may not go on. */
  authenticate(request: Presented): T | undefined {
    if (request.path === BOOTSTRAP_PATH || this.#openPaths.has(request.path)) return undefined;
    const fromQuery = QUERY_TOKEN_PATHS.has(request.path) ? tokenOfQuery(request.queryText) : undefined;
    const text = fromQuery ?? tokenOfHeader(request.authorization);
    if (!this.#options.enabled) return undefined;
    const token = text === undefined ? undefined : this.verify(text);
    if (token === undefined) throw new ServerError("not_authenticated");
    return token;
  }

  /** The live token with this text. */
  verify(text: string): T | undefined {
    const hash = hashToken(text);
    const token = this.#options.tokenByHash(hash);
    // The lookup's time can only depend on the hash, which tells nothing about the text of any other token.
    if (token === undefined || !timingSafeEqual(Buffer.from(token.hash), Buffer.from(hash))) return undefined;
    if (token.expiryMs !== null && token.expiryMs <= this.#options.clock.nowMs()) return undefined;
    return token;
  }
}
