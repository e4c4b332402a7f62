import type { CommandSource } from "../analysis/index.ts";
import { connectionCommands } from "../connection/index.ts";
import { testRunCommands } from "../test-runs/index.ts";
import { typingsCommands } from "../typings/index.ts";

export const commandSources: readonly CommandSource[] = [
  connectionCommands,
  testRunCommands,
  typingsCommands,
];
