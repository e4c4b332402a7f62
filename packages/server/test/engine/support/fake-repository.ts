/** A repository of plugins that answers `fetch`. */
export class FakeRepository {
  readonly requests: string[] = [];
  /** By path below the base. */
  readonly files = new Map<string, string>();
  /** Makes the connection fail. */
  down = false;

  readonly fetch: typeof globalThis.fetch = async (input) => {
    const url = String(input);
    this.requests.push(url);
    if (this.down) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    const text = this.files.get(url.replace("http://repository.test/plugins/", ""));
    return text === undefined ? new Response("no", { status: 404 }) : new Response(text);
  };
}
