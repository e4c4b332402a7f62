/** As in LSP: lines and UTF-16 columns count from 0. */
export interface TextRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export type TriggerKind = "writes" | "schedule" | "request";

export interface ListTestsParams {
  /** The tests of this document; of all open folders without it. */
  readonly uri?: string;
}

export interface ListTestsResult {
  readonly tests: readonly TestItem[];
  /** Test files that cannot be read as such. */
  readonly problems: readonly TestFileProblem[];
  /** The folders hold more files than were looked at. */
  readonly isIncomplete: boolean;
}

export interface TestItem {
  /** Stays the same as long as file and name do. */
  readonly id: string;
  /** An entry point of a plugin, or a case of its test file. */
  readonly kind: "entryPoint" | "case";
  readonly label: string;
  readonly trigger: TriggerKind;
  /** The file that it stands in: a Python file or `<plugin>.test.yaml`. */
  readonly uri: string;
  readonly range: TextRange;
  readonly plugin: {
    readonly name: string;
    /** The file, or `__init__.py` of a plugin of several files. */
    readonly uri: string;
    readonly isPackage: boolean;
  };
}

export interface TestFileProblem {
  readonly uri: string;
  readonly range: TextRange;
  readonly message: string;
}

/**
 * `auto`: on the connected server when it can run code that it does not have, else here. `server`: on the connected
 * server; an original runs its own copy of the file. `local`: here, in a sandbox; queries go to the connection.
 */
export type TestTarget = "auto" | "server" | "local";

export interface RunTestsParams {
  /** Chosen by the editor to tell runs apart and to cancel; made up without it. */
  readonly runId?: string;
  readonly tests: readonly TestToRun[];
  /** For entry points. Cases run here, with data of their own. */
  readonly where?: TestTarget;
  /** The triggers' database; without it that of the connection. */
  readonly database?: string;
  /** Longest time that one call of a plugin may take; 10 s without it. */
  readonly timeoutMs?: number;
  /** Let plugins use the network. */
  readonly allowNetwork?: boolean;
  /** The script of `influxdb3`, for cases that query; looked for in the workspace and on PATH without it. */
  readonly serverProgram?: string;
}

export type TestToRun = ({ readonly id: string } | { readonly uri: string; readonly entryPoint: string }) & {
  readonly input?: TestInput;
};

/** What an entry point is called with. */
export interface TestInput {
  /** Trigger arguments. */
  readonly args?: Readonly<Record<string, string>>;
  /** For `process_writes`; a made-up line without it. */
  readonly lineProtocol?: string;
  /** For `process_scheduled_call`: RFC 3339. */
  readonly callTime?: string;
  /** For `process_scheduled_call`: cron expression, whose next time is the call time. */
  readonly schedule?: string;
  /** For `process_request`. */
  readonly request?: {
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Instead of `body`, for bytes that are no text. */
    readonly bodyBase64?: string;
  };
  /** RFC 3339: the plugin's clock stands still at this time. */
  readonly now?: string;
  /** Tests of one name share the trigger's cache. */
  readonly cacheName?: string;
  /** What an original server calls the plugin; the file's name without it. */
  readonly serverFileName?: string;
}

export interface CancelTestsParams {
  /** All runs without it. */
  readonly runId?: string;
}

export interface CancelTestsResult {
  /** How many runs were ended. */
  readonly cancelled: number;
}

/** What happens to one test of a run, as it happens. */
export type TestProgress = { readonly runId: string; readonly testId: string } & (
  | { readonly kind: "started"; readonly where: TestPlace }
  | { readonly kind: "events"; readonly events: readonly TestEvent[] }
  | { readonly kind: "finished"; readonly result: TestResult }
);

/** `original`: a server that has its own copy of the plugin. */
export type TestPlace = "local" | "millrace" | "original";

/** Something that a plugin did. */
export interface TestEvent {
  readonly kind: "log" | "print" | "write" | "query" | "error" | "network" | "file";
  /** The source that did it, where that is known: the line counts from 0. */
  readonly uri?: string;
  readonly line?: number;
  /** Since the call began; absent where it was not measured. */
  readonly atMs?: number;
  /** Of logs: INFO, WARN or ERROR. */
  readonly level?: string;
  readonly message?: string;
  /** Of writes and queries. */
  readonly database?: string;
  readonly lineProtocol?: string;
  readonly sql?: string;
  /** How many rows a query gave. */
  readonly rows?: number;
}

export interface RunTestsResult {
  readonly runId: string;
  readonly results: readonly TestResult[];
  readonly passed: number;
  /** Failed or could not be run. */
  readonly failed: number;
  readonly cancelled: number;
  readonly durationMs: number;
}

export interface TestResult {
  readonly testId: string;
  readonly label: string;
  /** `errored`: it could not be run. */
  readonly outcome: "passed" | "failed" | "errored" | "cancelled";
  readonly where?: TestPlace;
  readonly durationMs: number;
  /** Why it did not pass, in a few lines. */
  readonly message?: string;
  /** What the plugin raised. */
  readonly error?: TestError;
  /** What a case expects otherwise. */
  readonly differences: readonly TestDifference[];
  /** The first rows that it wrote; nothing of it was stored. */
  readonly rows: readonly WrittenRow[];
  readonly rowCount: number;
  /** What the caller of a request plugin would have got. */
  readonly response?: TestResponse;
  /** Events that were not told, because there were too many. */
  readonly untoldEvents: number;
  /** What to know about how it was run. */
  readonly notes: readonly string[];
}

export interface TestError {
  readonly message: string;
  readonly uri?: string;
  readonly line?: number;
  /** From the call to where it was raised. */
  readonly traceback: readonly TestFrame[];
}

export interface TestFrame {
  readonly function: string;
  readonly file: string;
  readonly uri?: string;
  readonly line?: number;
  readonly source?: string;
}

export interface TestDifference {
  /** `writes to sensors`, `logs`, `error`, `response status`. */
  readonly what: string;
  /** Only expected, and only found: one text a line. */
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** The expectation. */
  readonly uri: string;
  readonly range: TextRange;
}

export interface WrittenRow {
  readonly database: string;
  readonly table: string;
  /** Nanoseconds since 1970, too large for numbers; absent where the line has no time. */
  readonly timeNs?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, WrittenField>>;
}

/** Integers are text, as they may be larger than numbers can say. */
export type WrittenField =
  | { readonly type: "integer" | "unsigned" | "string"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean };

export interface TestResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly bodyBase64?: string;
}
