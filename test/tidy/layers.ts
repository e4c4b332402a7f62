/** The walls of the house: who may import whom. ARCHITECTURE.md explains why. */

/** Package → the packages of ours that its sources may import. */
export const packageImports: Record<string, readonly string[]> = {
  api: [],
  "line-protocol": [],
  sql: [],
  "python-vm": [],
  "python-packages": [],
  "plugin-runtime": ["api", "line-protocol", "python-vm"],
  server: ["api", "line-protocol", "sql", "python-vm", "python-packages", "plugin-runtime"],
  cli: ["api", "line-protocol", "plugin-runtime", "python-packages", "server"],
  "language-server": ["api", "line-protocol", "sql", "plugin-runtime", "python-packages"],
  "vscode-extension": ["api", "language-server"],
};

/** The server's rooms from top to bottom: a room imports only rooms below it. */
export const serverRooms: readonly string[] = [
  "start",
  "http",
  "engine",
  "system-tables",
  "query",
  "ingest",
  "storage",
  "buffer",
  "wal",
  "catalog",
  "commit-log",
  "object-store",
  "auth",
  "config",
  "foundation",
];

/** Inner doors beside the front door of their folder, because what is behind them is only loaded where it is needed. */
export const innerDoors: readonly string[] = [
  // Threads log through their owner and do without the logging library.
  "packages/server/src/foundation/logging/index.ts",
  // And without the metrics library.
  "packages/server/src/foundation/metrics/index.ts",
];

/** Folders whose files are loaded one by one: a common door would load all commands to run one. */
export const openFolders: readonly string[] = ["packages/cli/src/commands/"];

/** A call that has one home; everywhere else it must come in through an options object. */
export interface BannedCall {
  pattern: RegExp;
  use: string;
  /** Paths (prefixes, from the repository root) where the call is at home. */
  homes: readonly string[];
}

export const bannedCalls: readonly BannedCall[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bhrtime\b/,
    use: "an injected clock",
    homes: [
      "packages/server/src/foundation/clock.ts",
      "packages/python-vm/src/clock",
      "packages/python-packages/src/foundation/clock.ts",
      "packages/cli/src/",
      "packages/language-server/src/main.ts",
    ],
  },
  { pattern: /\bMath\.random\(/, use: "an injected random source", homes: [] },
  {
    pattern: /from "node:fs(\/promises)?"/,
    use: "the object store or an injected file system",
    homes: [
      "packages/cli/src/",
      "packages/language-server/src/main.ts",
      "packages/language-server/src/pyright/private-root.ts",
      "packages/language-server/src/test-runs/files/",
      "packages/language-server/src/workspace/",
      "packages/python-vm/src/",
      "packages/plugin-runtime/src/",
      "packages/python-packages/src/",
      "packages/server/src/object-store/",
      "packages/server/src/wal/",
      "packages/server/src/config/",
      "packages/server/src/engine/plugin-files/",
      "packages/server/src/foundation/thread-priority.ts",
      "packages/server/src/start/",
    ],
  },
  { pattern: /\bconsole\.\w+\(/, use: "the logger, or the CLI's own streams", homes: [] },
  {
    pattern: /\bprocess\.env\b/,
    use: "the configuration",
    homes: [
      "packages/cli/src/",
      "packages/language-server/src/main.ts",
      "packages/vscode-extension/src/main.ts",
    ],
  },
];
