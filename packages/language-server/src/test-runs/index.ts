import type { CommandSource } from "../analysis/index.ts";

export const testRunCommands: CommandSource = {
  name: "test-runs",
  start: () => ({ commands: {}, requests: {}, dispose: async () => {} }),
};
