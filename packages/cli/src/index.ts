export type { Io } from "./io/index.ts";
export { main } from "./main.ts";
