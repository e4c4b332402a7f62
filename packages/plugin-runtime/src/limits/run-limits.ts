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
};

/** How a limit is called in error texts, and the option that sets it. */
export const LIMIT_OPTIONS = {
  timeoutMs: { what: "milliseconds", option: "--plugin-timeout" },
  logLines: { what: "log lines", option: "--plugin-max-log-lines" },
  outputBytes: { what: "bytes of log and print output", option: "--plugin-max-output" },
  writtenLines: { what: "written lines", option: "--plugin-max-written-lines" },
  writtenBytes: { what: "written bytes", option: "--plugin-max-written-bytes" },
  hostCalls: {
    what: "queries, synchronous writes and global cache calls",
    option: "--plugin-max-host-calls",
  },
} as const;
