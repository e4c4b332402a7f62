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
  /** The option that sets `timeoutMs`: tests and triggers have different ones. */
  readonly timeoutOption: string;
}

const MEBIBYTE = 2 ** 20;

export const DEFAULT_LIMITS: RunLimits = {
  timeoutMs: 30_000,
  graceMs: 500,
  logLines: 10_000,
  outputBytes: 10 * MEBIBYTE,
  writtenLines: 100_000,
  writtenBytes: 64 * MEBIBYTE,
  hostCalls: 50_000,
  timeoutOption: "--plugin-run-timeout",
};

/** How what is counted is called in error texts, and the option that sets its limit. */
export const LIMIT_OPTIONS = {
  logLines: { what: "log lines", option: "--plugin-max-log-lines" },
  outputBytes: { what: "bytes of log and print output", option: "--plugin-max-output" },
  writtenLines: { what: "written lines", option: "--plugin-max-written-lines" },
  writtenBytes: { what: "written bytes", option: "--plugin-max-written-size" },
  hostCalls: {
    what: "queries, synchronous writes and global cache calls",
    option: "--plugin-max-host-calls",
  },
} as const;
