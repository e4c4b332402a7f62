export { type CreateTriggerOptions, createTrigger } from "./create-trigger.ts";
