export { Arena, type Fought } from "./arena.ts";
export type { Attack, Way } from "./attack.ts";
export { type Bout, bouts, limitsSoSmallThatFloodsEndSoon } from "./bouts.ts";
