export { type Input, type Io, type Output, readAll, readLine, type Signals } from "./io.ts";
export { processIo } from "./process-io.ts";
