import { parseTriggerSpec, type RunTriggerBody, type RunTriggerResponse } from "@millrace/api";
import { type Clock, ServerError } from "../../foundation/index.ts";
import { dryWrite } from "../plugin-tests/index.ts";
import { manualInput } from "./manual-input.ts";
import { describeRun } from "./run-report.ts";
import type { EngineCatalog } from "./running-trigger.ts";
import type { TriggerKeeper } from "./trigger-keeper.ts";

export interface ManualRunOptions {
  readonly catalog: EngineCatalog;
  readonly clock: Clock;
  readonly keeper: TriggerKeeper;
}

/** Runs a trigger by hand: docs/reference/triggers.md, "Running a trigger now". */
export async function runTriggerNow(
  { catalog, clock, keeper }: ManualRunOptions,
  body: RunTriggerBody,
  by: string | undefined,
): Promise<RunTriggerResponse> {
  const { db, trigger_name: name } = body;
  const trigger = keeper.find(db, name);
  const input = manualInput(parseTriggerSpec(trigger.specification), body, clock);
  if (input.input.kind === "writes" && body.input_lp) {
    const problem = await dryWrite(catalog, db, new TextEncoder().encode(body.input_lp));
    if (problem !== undefined) throw new ServerError("json_invalid", { detail: `input_lp: ${problem.text}` });
  }
  return await describeRun(await keeper.runNow(db, name, input, by));
}
