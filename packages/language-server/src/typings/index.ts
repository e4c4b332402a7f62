export { typingsCommands } from "./typings-commands.ts";
