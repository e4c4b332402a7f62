import { type Budget, budgetText, type RunLimits } from "../limits/index.ts";
import type { FileCall, FilePlace } from "../protocol/index.ts";
import type { PluginHost, RunContext } from "./plugin-host.ts";
import { type RawEvent, readEvents } from "./raw-events.ts";

/** More changed files than this are changed all the same, without an event each. */
const FILE_EVENTS_MAX = 1000;

type FileEvent = Extract<RawEvent, { kind: "file" }>;

interface FileChange {
  readonly event: FileEvent;
  /** The file that was written, if that is what happened, and how much. */
  readonly written: string | undefined;
  bytes: number;
}

/** What a run has told its host so far. The texts are claims of an interpreter: they are checked, and counted again. */
export class RunRecord {
  readonly context: RunContext;
  /** What lines without a file are of. */
  readonly #pluginFile: string;
  readonly #limits: RunLimits;
  readonly #log: PluginHost["log"];
  readonly #events: RawEvent[] = [];
  readonly #files = new Map<string, FileChange>();
  readonly #used: Partial<Record<Budget, number>> = {};
  #exceeded: Budget | undefined;

  constructor(context: RunContext, pluginFile: string, limits: RunLimits, log: PluginHost["log"]) {
    this.context = context;
    this.#pluginFile = pluginFile;
    this.#limits = limits;
    this.#log = log;
  }

  /** What the error says when more arrived than a run may send; what was too much is not kept. */
  get excess(): string | undefined {
    return this.#exceeded && budgetText(this.#exceeded, this.#limits[this.#exceeded]);
  }

  /** All events in the order in which they happened. */
  get events(): readonly RawEvent[] {
    if (this.#files.size === 0) return this.#events;
    const files = [...this.#files.values()].map(({ event, written, bytes }): FileEvent => {
      return written === undefined ? event : { ...event, message: `wrote ${bytes} bytes to ${written}` };
    });
    return [...this.#events, ...files].sort((one, other) => one.atNs - other.atNs);
  }

  take(json: string): void {
    this.takeAll(readEvents(json));
  }

  takeAll(events: readonly RawEvent[]): void {
    for (const event of events) {
      if (!this.#counts(event)) continue;
      this.#events.push(event);
      if (event.kind !== "log") continue;
      const { level, message, file, line } = event;
      this.#log(this.context, { level, message, file: file ?? this.#pluginFile, line });
    }
  }

  /** A change of a file that succeeded: one event for a path and a kind of change. */
  noteChange(call: FileCall, place: FilePlace | undefined, atNs: number | undefined): void {
    const message = describeChange(call);
    if (message === undefined) return;
    const bytes = call.op === "write" ? call.bytes.length : 0;
    const known = this.#files.get(message);
    if (known !== undefined) known.bytes += bytes;
    else if (this.#files.size < FILE_EVENTS_MAX) {
      const { file = null, line = null } = place ?? {};
      const event: FileEvent = { kind: "file", message, file, line, atNs: atNs ?? 0 };
      const written = message.startsWith("wrote ") ? call.path : undefined;
      this.#files.set(message, { event, written, bytes });
    }
  }

  #counts(event: RawEvent): boolean {
    if (event.kind === "log")
      return this.#spend("logLines", 1) && this.#spend("outputBytes", event.message.length);
    if (event.kind === "print") return this.#spend("outputBytes", event.message.length);
    if (event.kind !== "write") return true;
    const lines = countLines(event.lineProtocol);
    return this.#spend("writtenLines", lines) && this.#spend("writtenBytes", event.lineProtocol.length);
  }

  #spend(budget: Budget, amount: number): boolean {
    const used = (this.#used[budget] ?? 0) + amount;
    this.#used[budget] = used;
    if (used <= this.#limits[budget]) return true;
    this.#exceeded ??= budget;
    return false;
  }
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** What changed, in the words of an event; undefined for calls that only look. */
function describeChange(call: FileCall): string | undefined {
  switch (call.op) {
    case "write":
    case "truncate":
      return `wrote ${call.path}`;
    case "create":
      return call.kind === "file" ? `wrote ${call.path}` : `created the directory ${call.path}`;
    case "remove":
      return `removed ${call.path}`;
    case "rename":
      return `renamed ${call.path} to ${call.to}`;
    default:
      return undefined;
  }
}
