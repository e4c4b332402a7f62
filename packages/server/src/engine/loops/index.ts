export { MAX_GENERATIONS, RunOrigin } from "./run-origin.ts";
