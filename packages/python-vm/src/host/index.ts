export { Interpreter, type InterpreterState, type RunDeadlines, type RunEnd } from "./interpreter.ts";
export type { EnvironmentProblem, PythonEnvironment } from "./python-environment.ts";
export { type InterpreterOptions, PythonRuntime, type RuntimeOptions } from "./runtime.ts";
