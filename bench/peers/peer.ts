import type { RunningProcess } from "../harness/process.ts";

/** Questions every peer is asked in its own language; `hosts` is how many series there are. */
export type QueryName = "count" | "last point" | "one host by minute" | "all hosts by hour";

export interface Peer extends RunningProcess {
  readonly name: string;
  readonly writeUrl: string;
  /** Asks and reads the whole answer; returns its size in bytes. */
  ask(query: QueryName): Promise<number>;
  /** Whether the processor time that it takes after the last answer, until it comes to rest, counts as well. */
  readonly countsAftermath: boolean;
  /** How many rows it says it holds; used to see that nothing was lost. */
  countRows(): Promise<number>;
  /** Rows that its data files hold, where it can tell. */
  rowsInFiles?(): Promise<number>;
}

export interface PeerKind {
  readonly name: string;
  /** The part of the rows that it is given to write: slow peers get fewer, so that they do not take all the time. */
  readonly share: number;
  /** Undefined when its program is not on this machine. `options` are for Millrace only. */
  start(directory: string, options?: readonly string[]): Promise<Peer | undefined>;
}

export async function readAll(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 300)}`);
  return text;
}
