import { GrammarError, parseTriggerSpec, type TriggerSpec } from "@millrace/api";
import { ServerError } from "../../foundation/index.ts";

/** Reads what a client sent, text or JSON; throws `trigger_spec_invalid`. */
export function readSpecification(specification: unknown): TriggerSpec {
  try {
    return parseTriggerSpec(specification);
  } catch (error) {
    if (error instanceof GrammarError)
      throw new ServerError("trigger_spec_invalid", { detail: error.message });
    throw error;
  }
}
