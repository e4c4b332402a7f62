import type { CompletionSource } from "../analysis/index.ts";
import { sqlCompletions } from "../sql-strings/index.ts";

export const completionSources: readonly CompletionSource[] = [...sqlCompletions];
