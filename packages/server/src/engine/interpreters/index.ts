export { NetworkFigures } from "./counted-network.ts";
export { InterpreterFigures } from "./figures.ts";
export type { Lease } from "./lease.ts";
export { type Interpreters, openInterpreters } from "./open.ts";
export { OwnConnections, type Peer } from "./own-connections.ts";
export { InterpreterPool, type InterpreterPoolOptions, type Seat } from "./pool.ts";
export type * from "./port.ts";
export { type PythonOptions, PythonStarter } from "./python.ts";
export type { WarmSpare } from "./spare.ts";
