export { testRunCommands } from "./test-commands.ts";
