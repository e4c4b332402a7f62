export { askServer, failureText, type ServerAbilities } from "./abilities.ts";
export { runEntryOnServer } from "./run-entry-on-server.ts";
