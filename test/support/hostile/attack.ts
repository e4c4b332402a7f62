/** How a plugin is reached: by a trigger, or by a test of the plugin. */
export type Way = "writes" | "schedule" | "request" | "test-writes" | "test-schedule" | "test-request";

export const WAYS: readonly Way[] = [
  "writes",
  "request",
  "test-writes",
  "schedule",
  "test-request",
  "test-schedule",
];
export const REQUEST_WAYS: readonly Way[] = ["request", "test-request"];
/** A trigger's: for what tests of plugins are refused from the beginning. */
export const TRIGGER_WAYS: readonly Way[] = ["writes", "request", "schedule"];

/** One way to do harm, and what must become of it. */
export interface Attack {
  readonly name: string;
  /** Body of a Python function of `local`, which is `influxdb3_local`. */
  readonly body: string;
  /** Outcomes of the run as `millrace.plugin_runs` has them; `ok` where the plugin harms nobody but itself. */
  readonly outcomes: readonly string[];
  /** The text of the error, unless the run ends well: the limit with its option, or what else happened. */
  readonly says: RegExp;
  /** Omitted: all. */
  readonly ways?: readonly Way[];
}

export interface AttackKind {
  readonly kind: string;
  readonly attacks: readonly Attack[];
}

/** What a limit's error names. */
export const TIME = /--plugin-(run|test)-timeout/;

/** Without end: it stops when it is told to, or it is stopped. */
export function endless(name: string, body: string): Attack {
  return { name, body, outcomes: ["timeout", "killed"], says: TIME };
}

/** A flood up to one of the limits; on a slow machine the time is up first. */
export function flood(name: string, option: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["budget", "error", "timeout", "killed"],
    says: new RegExp(`${option}|${TIME.source}`),
  };
}

/** As much as is allowed and nothing more: the plugin gets away with it. */
export function brims(name: string, body: string): Attack {
  return { name, body, outcomes: ["ok", "budget", "error", "timeout", "killed"], says: /--plugin-/ };
}

/** Takes memory or stack, in one step or in many. */
export function devours(name: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["memory", "fatal", "error", "timeout", "killed"],
    says: new RegExp(`--plugin-memory|--plugin-stack-size|RecursionError|OverflowError|${TIME.source}`),
  };
}

/** The plugin as a file, for whatever calls it. */
export function source(body: string): string {
  const indented = body.trim().replace(/^/gm, "    ");
  return `${ENTRY_POINTS}\n\ndef attack(local):\n${indented}\n`;
}

const ENTRY_POINTS = `def process_writes(local, table_batches, args):
    attack(local)


def process_scheduled_call(local, call_time, args):
    attack(local)


def process_request(local, query, headers, body, args):
    return attack(local) or "done"
`;
