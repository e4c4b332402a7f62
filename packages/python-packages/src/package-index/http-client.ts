import { type PackageClock, PackageError, reasonOf, shownUrl, sleep } from "../foundation/index.ts";
import { type HttpResponse, TooLargeError, type Transport } from "./transport.ts";

export interface HttpClientOptions {
  readonly transport: Transport;
  readonly clock: PackageClock;
  readonly timeoutMs: number;
  /** Addresses with user name and password: what is fetched from the same origin gets them too. */
  readonly credentialUrls: readonly string[];
}

export interface Fetched {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Where redirects led to: links in the answer are relative to it. */
  readonly url: string;
}

const MOST_REDIRECTS = 10;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Fetches pages and files: follows redirects, tries again what may pass, and keeps credentials to their origin. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  /** Origin → value of the Authorization header. */
  readonly #authorization = new Map<string, string>();

  constructor(options: HttpClientOptions) {
    this.#options = options;
    for (const text of options.credentialUrls) {
      const { origin, username, password } = new URL(text);
      const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      if (pair !== ":") this.#authorization.set(origin, `Basic ${Buffer.from(pair).toString("base64")}`);
    }
  }

  /** Undefined when there is no such page. */
  async get(url: string, accept: string, maxBytes: number): Promise<Fetched | undefined> {
    let at = url;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const response = await this.#attempt(at, accept, maxBytes);
      const { status, headers, body } = response;
      if (status === 404 || status === 410) return undefined;
      if (status >= 200 && status < 300) return { body, contentType: headers["content-type"] ?? "", url: at };
      const location = headers["location"];
      if (!REDIRECTS.has(status) || location === undefined) throw failed(at, explainStatus(status));
      at = redirected(at, location);
    }
    throw failed(url, `it redirects more than ${MOST_REDIRECTS} times`);
  }

  async #attempt(url: string, accept: string, maxBytes: number): Promise<HttpResponse> {
    const { transport, timeoutMs, clock } = this.#options;
    const headers = this.#headers(url, accept);
    for (let attempt = 1, pauseMs = FIRST_PAUSE_MS; ; attempt++, pauseMs *= 2) {
      try {
        const response = await transport({ url: withoutCredentials(url), headers, maxBytes, timeoutMs });
        if (!mayPass(response.status) || attempt === ATTEMPTS) return response;
      } catch (error) {
        if (error instanceof TooLargeError || attempt === ATTEMPTS) throw failed(url, reasonOf(error), error);
      }
      await sleep(clock, pauseMs);
    }
  }

  #headers(url: string, accept: string): Record<string, string> {
    const authorization = this.#authorization.get(new URL(url).origin);
    return { accept, "user-agent": "millrace", ...(authorization === undefined ? {} : { authorization }) };
  }
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403)
    return `it answered ${status}: put user name and password into the address (https://USER:PASSWORD@…), or check them`;
  return `it answered ${status}`;
}

function failed(url: string, why: string, cause?: unknown): PackageError {
  return new PackageError("index", `${shownUrl(url)} could not be read: ${why}`, { cause });
}

function redirected(from: string, location: string): string {
  if (!URL.canParse(location, from)) throw failed(from, "it redirects to what is no address");
  const to = new URL(location, from);
  if (to.protocol !== "https:" && to.protocol !== new URL(from).protocol)
    throw failed(from, `it redirects to ${to.protocol} and would be read without encryption`);
  return to.href;
}

function withoutCredentials(url: string): string {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  bare.hash = "";
  return bare.href;
}
