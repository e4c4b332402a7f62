export type { Lease } from "./lease.ts";
export { InterpreterPool, type InterpreterPoolOptions, type Seat } from "./pool.ts";
export type * from "./port.ts";
export { type PythonOptions, pythonStarter } from "./python.ts";
export { WarmSpare } from "./spare.ts";
