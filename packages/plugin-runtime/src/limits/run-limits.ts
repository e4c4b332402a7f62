/** What one run may use. Every limit has a server option, named in the error that a plugin sees. */
export interface RunLimits {
  /** After this the plugin gets a KeyboardInterrupt. */
  readonly timeoutMs: number;
  /** How long it may take to react to that before its interpreter is ended. */
  readonly graceMs: number;
  readonly logLines: number;
  /** Bytes of log messages and of printed text together. */
  readonly outputBytes: number;
  readonly writtenLines: number;
  readonly writtenBytes: number;
  /** Queries, synchronous writes and uses of the global cache. */
  readonly hostCalls: number;
  /** Calls on files of the host: opening, reading a piece, writing a piece, listing, looking something up. */
  readonly fileCalls: number;
  /** Calls on sockets: connecting, sending, receiving, looking up a name. */
  readonly networkCalls: number;
  /** The option that sets `timeoutMs`: tests and triggers have different ones. */
  readonly timeoutOption: string;
}

/** The limits that are counted while a plugin runs. */
export type Budget = Exclude<keyof RunLimits, "timeoutMs" | "graceMs" | "timeoutOption">;

const MEBIBYTE = 2 ** 20;

export const DEFAULT_LIMITS: RunLimits = {
  timeoutMs: 60_000,
  graceMs: 500,
  logLines: 10_000,
  outputBytes: 10 * MEBIBYTE,
  writtenLines: 100_000,
  writtenBytes: 64 * MEBIBYTE,
  hostCalls: 50_000,
  fileCalls: 100_000,
  networkCalls: 50_000,
  timeoutOption: "--plugin-run-timeout",
};

/** How what is counted is called in error texts, and the option that sets its limit. */
export const LIMIT_OPTIONS: Readonly<Record<Budget, { readonly what: string; readonly option: string }>> = {
  logLines: { what: "log lines", option: "--plugin-max-log-lines" },
  outputBytes: { what: "bytes of log and print output", option: "--plugin-max-output" },
  writtenLines: { what: "written lines", option: "--plugin-max-written-lines" },
  writtenBytes: { what: "written bytes", option: "--plugin-max-written-size" },
  hostCalls: {
    what: "queries, synchronous writes and global cache calls",
    option: "--plugin-max-host-calls",
  },
  fileCalls: { what: "calls on files", option: "--plugin-max-file-calls" },
  networkCalls: { what: "calls on sockets", option: "--plugin-max-network-calls" },
};

/** What the error says that ends a run which used up a budget. */
export function budgetText(budget: Budget, max: number): string {
  const { what, option } = LIMIT_OPTIONS[budget];
  return `the plugin used more than ${max} ${what} in one run. Do less per run, or raise ${option}.`;
}

/** The options behind the limits of an interpreter (`WorkerLimits` of python-vm), for error texts. */
export const INTERPRETER_OPTIONS = {
  heap: "--plugin-memory",
  stack: "--plugin-stack-size",
  fileBytes: "--plugin-files-size",
  fileCount: "--plugin-max-files",
} as const;
