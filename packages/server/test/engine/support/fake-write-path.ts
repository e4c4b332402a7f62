import type { AcceptedWrite, WritePath, WriteRequest, WriteResult } from "#src/ingest/index.js";

/** Takes writes, remembers them, and shows subscribers what a real write path would after durability. */
export class FakeWritePath implements WritePath {
  readonly requests: WriteRequest[] = [];
  refuse: ((request: WriteRequest) => Error | undefined) | undefined;
  /** Resolves names to the ids that subscribers see; undefined: plugin writes are not delivered. */
  identify:
    | ((database: string, lines: string) => { databaseId: number; tableIds: number[] } | undefined)
    | undefined;
  #wanted: (databaseId: number) => boolean = () => false;
  #listener: (write: AcceptedWrite) => void = () => {};

  receive(): undefined {}

  untilAdmitted(): undefined {}

  async write(request: WriteRequest): Promise<WriteResult> {
    const refusal = this.refuse?.(request);
    if (refusal !== undefined) throw refusal;
    this.requests.push(request);
    const text = textOf(request);
    const ids = this.identify?.(request.database, text);
    if (ids !== undefined) this.deliver({ ...ids, text, origin: request.origin });
    return { acceptedLines: text.split("\n").length, errors: [] };
  }

  subscribe(wanted: (databaseId: number) => boolean, listener: (write: AcceptedWrite) => void): void {
    this.#wanted = wanted;
    this.#listener = listener;
  }

  deliver(write: {
    databaseId: number;
    tableIds: number[];
    text: string;
    lines?: number;
    origin?: WriteRequest["origin"];
  }): void {
    if (!this.#wanted(write.databaseId)) return;
    this.#listener({
      databaseId: write.databaseId,
      tableIds: write.tableIds,
      precision: 4,
      defaultTimeNs: 1n,
      ...copyOf(write.text),
      lines: write.lines ?? write.text.trimEnd().split("\n").length,
      origin: write.origin,
    });
  }
}

/** Memory that is used again as soon as it may be. */
function copyOf(text: string): Pick<AcceptedWrite, "bytes" | "release"> {
  const bytes = new TextEncoder().encode(text);
  return { bytes, release: () => bytes.fill(0) };
}

export function textOf(request: Pick<WriteRequest, "body">): string {
  return (request.body as readonly Uint8Array[]).map((bytes) => new TextDecoder().decode(bytes)).join("");
}
