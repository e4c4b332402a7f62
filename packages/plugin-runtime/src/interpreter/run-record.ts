import type { FileCall, FilePlace, RawEvent } from "../protocol/index.ts";
import type { PluginHost, RunContext } from "./plugin-host.ts";

/** More changed files than this are changed all the same, without an event each. */
const FILE_EVENTS_MAX = 1000;

type FileEvent = Extract<RawEvent, { kind: "file" }>;

interface FileChange {
  readonly event: FileEvent;
  /** The file that was written, if that is what happened, and how much. */
  readonly written: string | undefined;
  bytes: number;
}

/** What a run has told its host so far. */
export class RunRecord {
  readonly context: RunContext;
  /** What lines without a file are of. */
  readonly #pluginFile: string;
  readonly #log: PluginHost["log"];
  readonly #events: RawEvent[] = [];
  readonly #files = new Map<string, FileChange>();

  constructor(context: RunContext, pluginFile: string, log: PluginHost["log"]) {
    this.context = context;
    this.#pluginFile = pluginFile;
    this.#log = log;
  }

  /** All events in the order in which they happened. */
  get events(): readonly RawEvent[] {
    if (this.#files.size === 0) return this.#events;
    const files = [...this.#files.values()].map(({ event, written, bytes }): FileEvent => {
      return written === undefined ? event : { ...event, message: `wrote ${bytes} bytes to ${written}` };
    });
    return [...this.#events, ...files].sort((one, other) => one.atNs - other.atNs);
  }

  take(events: readonly RawEvent[]): void {
    for (const event of events) {
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
      const file = place?.file ? `${this.#pluginFile}/${place.file}` : null;
      const event: FileEvent = { kind: "file", message, file, line: place?.line ?? null, atNs: atNs ?? 0 };
      const written = message.startsWith("wrote ") ? call.path : undefined;
      this.#files.set(message, { event, written, bytes });
    }
  }
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
