import type { RunTriggerBody, TriggerSpec } from "@millrace/api";
import { Precision } from "@millrace/line-protocol";
import type { PluginInput } from "@millrace/plugin-runtime";
import { type Clock, ServerError } from "../../foundation/index.ts";
import { requestOf } from "../requests/index.ts";
import { parseTimeNs } from "../timing/index.ts";

const NS_PER_SECOND = 1_000_000_000n;

/** What a run that somebody asked for is given, by the kind of its trigger. */
export interface ManualInput {
  readonly input: PluginInput;
  readonly rows: number;
}

/** What a body may say about the input of each kind of trigger. */
const INPUT_KEYS = {
  writes: ["input_lp"],
  schedule: ["call_time"],
  request: ["query_parameters", "headers", "body"],
} as const;

export function manualInput(spec: TriggerSpec, body: RunTriggerBody, clock: Clock): ManualInput {
  refuseOtherInput(spec, body);
  switch (spec.kind) {
    case "request":
      return { input: { kind: "request", request: requestOf(body) }, rows: 0 };
    case "every":
    case "cron":
      return { input: { kind: "schedule", callTimeNs: callTime(body.call_time, clock) }, rows: 0 };
    default: {
      const text = body.input_lp ?? "";
      const bytes = new TextEncoder().encode(text);
      const frames =
        text === "" ? [] : [{ precision: Precision.nanosecond, defaultTimeNs: clock.nowNs(), bytes }];
      const batches = spec.kind === "table" ? { frames, tables: [spec.table] } : { frames };
      return { input: { kind: "writes", batches }, rows: linesIn(text) };
    }
  }
}

/** Somebody who gives lines to a schedule expects something of them, and should not see a run without. */
function refuseOtherInput({ kind }: TriggerSpec, body: RunTriggerBody): void {
  const own = kind === "request" ? "request" : kind === "every" || kind === "cron" ? "schedule" : "writes";
  for (const [other, keys] of Object.entries(INPUT_KEYS)) {
    const given =
      other === own ? undefined : keys.find((key) => body[key] !== null && body[key] !== undefined);
    if (given === undefined) continue;
    const detail = `${given} is no input of this trigger: it takes ${INPUT_KEYS[own].join(", ")}`;
    throw new ServerError("json_invalid", { detail });
  }
}

/** Whole seconds, as a schedule gives them. */
function callTime(text: string | null | undefined, clock: Clock): bigint {
  const timeNs = text === null || text === undefined ? clock.nowNs() : parseTimeNs(text);
  if (timeNs === undefined) {
    throw new ServerError("json_invalid", {
      detail: `call_time: '${text}' is not an RFC 3339 time such as 2030-01-31T00:00:00Z`,
    });
  }
  return timeNs - (((timeNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND);
}

/** Good enough for a record: line breaks inside of text values count too. */
function linesIn(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")).length;
}
