export { testActions } from "./test-actions.ts";
export { testRunCommands } from "./test-commands.ts";
