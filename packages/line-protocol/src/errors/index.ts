export { describeError, type ErrorContext, LineError } from "./line-error.ts";
