/** A repository of plugins that answers `fetch`. */
export class FakeRepository {
  readonly requests: string[] = [];
  /** By path below the base. */
  readonly files = new Map<string, string>();
  /** Makes the connection fail. */
  down = false;
  #silence: { readonly ended: Promise<void>; readonly end: () => void } | undefined;

  /** Answers come no earlier than it speaks again. */
  silence(): void {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#silence = { ended, end };
  }

  speak(): void {
    this.#silence?.end();
  }

  readonly fetch: typeof globalThis.fetch = async (input, { signal } = {}) => {
    const url = String(input);
    this.requests.push(url);
    if (this.#silence !== undefined) await Promise.race([this.#silence.ended, aborted(signal)]);
    if (this.down) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    const text = this.files.get(url.replace("http://repository.test/plugins/", ""));
    return text === undefined ? new Response("no", { status: 404 }) : new Response(text);
  };
}

function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}
