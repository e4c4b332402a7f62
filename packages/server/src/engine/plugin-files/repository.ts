import { STATUS_CODES } from "node:http";
import type { PluginCode } from "@millrace/plugin-runtime";
import { PluginFileError } from "./file-error.ts";
import { leadsOut, traversal } from "./path-rules.ts";
import { MAX_FILE_BYTES } from "./read-text.ts";

export const REPOSITORY_PREFIX = "gh:";

const FETCH_DEADLINE_MS = 15_000;

export interface RepositoryOptions {
  /** What the path of a plugin is appended to: `--plugin-repo`. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Plugins named `gh:PATH`, read over HTTP. */
export class PluginRepository {
  readonly #baseUrl: string;
  readonly #fetch: typeof globalThis.fetch;
  /** Many triggers that start together may run one plugin. */
  readonly #underWay = new Map<string, Promise<PluginCode>>();
  readonly #closing = new AbortController();

  constructor({ baseUrl, fetch }: RepositoryOptions) {
    this.#baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
    this.#fetch = fetch;
  }

  /** `pluginFilename` with its prefix. Throws PluginFileError. */
  async read(pluginFilename: string): Promise<PluginCode> {
    const path = pluginFilename.slice(REPOSITORY_PREFIX.length);
    if (leadsOut(path) || !this.#holds(path)) throw traversal(pluginFilename);
    const underWay = this.#underWay.get(path) ?? this.#read(pluginFilename, path);
    this.#underWay.set(path, underWay);
    return await underWay;
  }

  /** Whoever waits for the repository is told at once that it is in vain. */
  close(): void {
    this.#closing.abort(new Error("the server is stopping"));
  }

  /** Addresses have more ways to write `..` than paths. */
  #holds(path: string): boolean {
    const [url, base] = [this.#baseUrl + path, this.#baseUrl].map((text) =>
      URL.canParse(text) ? new URL(text).href : text,
    );
    return url!.startsWith(base!);
  }

  async #read(fileName: string, path: string): Promise<PluginCode> {
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(FETCH_DEADLINE_MS)]);
      const response = await this.#get(this.#baseUrl + path, signal);
      return { fileName, source: await sourceOf(response) };
    } finally {
      this.#underWay.delete(path);
    }
  }

  async #get(url: string, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(url, { signal });
    } catch (error) {
      throw new PluginFileError(`error getting plugin from repository: ${reasonOf(error)} (${url})`);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    const { status } = response;
    // Not every version of HTTP sends the words.
    const words = STATUS_CODES[status] ?? response.statusText;
    throw new PluginFileError(`error fetching plugin from repository: ${status} ${words} ${url}`);
  }
}

async function sourceOf(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let source = "";
  let sizeBytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
      source += decoder.decode(chunk, { stream: true });
    }
    return source + decoder.decode();
  } catch (error) {
    throw new PluginFileError(`error reading plugin from repository: ${reasonOf(error)}`);
  }
}

/** `fetch` says only that it failed, and why in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
