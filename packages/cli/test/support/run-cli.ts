import { tmpdir } from "node:os";
import { type Io, main } from "@millrace/cli";

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  /** Which streams are terminals. */
  tty?: ("stdin" | "stdout" | "stderr")[];
  cwd?: string;
  signals?: Io["signals"];
  loadServer?: Parameters<typeof main>[2];
  /** Sees what is written while the command runs. */
  onOutput?: (text: string) => void;
}

export interface Result {
  code: number;
  stdout: string;
  stdoutBytes: Buffer;
  stderr: string;
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}

/** Runs a command line in this process, with streams and an environment of its own. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { env = {}, stdin = "", tty = [], cwd = tmpdir(), loadServer } = options;
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const output = (name: "stdout" | "stderr") => ({
    isTty: tty.includes(name),
    write: async (chunk: string | Uint8Array) => {
      written[name].push(Buffer.from(chunk as string));
      options.onOutput?.(String(chunk));
    },
  });
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    stdin: { isTty: tty.includes("stdin"), chunks: () => chunksOf(stdin) },
    env,
    cwd,
    monotonicMs: () => 0,
    wallClockUs: () => 1_767_225_600_000_123n,
    signals: options.signals ?? { listen: () => () => {}, abort: () => {} },
  };
  const code = await (loadServer === undefined ? main(argv, io) : main(argv, io, loadServer));
  const stdoutBytes = Buffer.concat(written.stdout);
  return {
    code,
    stdout: stdoutBytes.toString(),
    stdoutBytes,
    stderr: Buffer.concat(written.stderr).toString(),
  };
}

/** Splits a command line at spaces; `'…'` keeps spaces together. */
export function words(line: string): string[] {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}
