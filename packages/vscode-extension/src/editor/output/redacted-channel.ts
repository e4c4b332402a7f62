import type { LogOutputChannel } from "vscode";
import type { Redactor } from "../../output/index.ts";

const WRITERS = new Set(["append", "appendLine", "replace", "trace", "debug", "info", "warn", "error"]);

/** The channel, without the secrets in what is written to it: at level "trace" all messages of the protocol are. */
export function redactedChannel(channel: LogOutputChannel, redactor: Redactor): LogOutputChannel {
  return new Proxy(channel, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (typeof name !== "string" || !WRITERS.has(name)) return value.bind(target);
      return (...given: unknown[]) =>
        value.apply(
          target,
          given.map((it) => redactor.clean(textOf(it))),
        );
    },
  });
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? value.message;
  return JSON.stringify(value) ?? String(value);
}
