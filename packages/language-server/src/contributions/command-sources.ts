import type { CommandSource } from "../analysis/index.ts";
import { testRunCommands } from "../test-runs/index.ts";

export const commandSources: readonly CommandSource[] = [testRunCommands];
