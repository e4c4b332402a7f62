export { runSnapshot } from "./run-snapshot.ts";
