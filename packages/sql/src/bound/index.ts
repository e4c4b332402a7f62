export type { TimeRange } from "./conjuncts.ts";
export { conjunctsOf, intersectRanges, timeRangeOf } from "./conjuncts.ts";
export { displayName } from "./display.ts";
export type * from "./expr.ts";
export type * from "./query.ts";
export { keyOf, mapChildren, mapQuery, someExpr, visitExpr } from "./walk.ts";
