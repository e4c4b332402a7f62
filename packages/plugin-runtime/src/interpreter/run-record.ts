import type { FileCall, FilePlace, PluginEvent, RawEvent } from "../protocol/index.ts";
import type { PluginHost, RunContext } from "./plugin-host.ts";

/** More changed files than this are changed all the same, without an event each. */
const FILE_EVENTS_MAX = 1000;

type FileEvent = Extract<PluginEvent, { kind: "file" }>;

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
  readonly #host: Pick<PluginHost, "log" | "print" | "event">;
  readonly #events: PluginEvent[] = [];
  readonly #files = new Map<string, FileChange>();

  constructor(context: RunContext, pluginFile: string, host: Pick<PluginHost, "log" | "print" | "event">) {
    this.context = context;
    this.#pluginFile = pluginFile;
    this.#host = host;
  }

  /** All events in the order in which they happened. */
  get events(): readonly PluginEvent[] {
    if (this.#files.size === 0) return this.#events;
    const files = [...this.#files.values()].map(({ event, written, bytes }): FileEvent => {
      return written === undefined ? event : { ...event, message: `wrote ${bytes} bytes to ${written}` };
    });
    return [...this.#events, ...files].sort((one, other) => one.atNs - other.atNs);
  }

  /** A few at a time: what a run says is dealt with while it runs, not all of it at its end. */
  take(events: readonly RawEvent[]): void {
    for (const raw of events) {
      const event = isPlaced(raw) ? raw : { ...raw, file: this.#pluginFile };
      this.#events.push(event);
      this.#host.event?.(this.context, event);
      if (event.kind === "log") {
        const { level, message, file, line } = event;
        this.#host.log(this.context, { level, message, file, line });
      } else if (event.kind === "print") this.#host.print?.(this.context, event.message);
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
      const file = place?.file ? `${this.#pluginFile}/${place.file}` : this.#pluginFile;
      const event: FileEvent = { kind: "file", message, file, line: place?.line ?? null, atNs: atNs ?? 0 };
      const written = message.startsWith("wrote ") ? call.path : undefined;
      this.#files.set(message, { event, written, bytes });
    }
  }
}

function isPlaced(event: RawEvent): event is PluginEvent {
  return event.file !== null;
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
