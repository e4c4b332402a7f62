/** Everything a command touches outside itself, so that tests can run one inside their own process. */
export interface Io {
  stdout: Output;
  stderr: Output;
  stdin: Input;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Milliseconds that only ever grow, for rates. */
  monotonicMs(): number;
  /** Unix time in microseconds, for log lines. */
  wallClockUs(): bigint;
  signals: Signals;
}

export interface Output {
  isTty: boolean;
  /** Resolves once the text left the process or is queued within bounds: a slow reader holds the writer back. */
  write(chunk: string | Uint8Array): Promise<void>;
}

export interface Input {
  isTty: boolean;
  chunks(): AsyncIterable<Uint8Array>;
}

export interface Signals {
  /** Calls back for every SIGINT and SIGTERM until the returned function is called. */
  listen(onSignal: (name: "SIGINT" | "SIGTERM") => void): () => void;
  /** Ends the process at once, without a clean shutdown, as SIGINT ends a program: 130 in a shell. */
  abort(): void;
}

export async function readAll(input: Input): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The first line of the input, or undefined when it ends before any text. */
export async function readLine(input: Input): Promise<string | undefined> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of input.chunks()) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
  }
  return text === "" ? undefined : text;
}
