import type { Clock, Logger } from "../../foundation/index.ts";
import { InterpreterFigures } from "./figures.ts";
import { InterpreterPool } from "./pool.ts";
import type { StartInterpreter } from "./port.ts";
import { WarmSpare } from "./spare.ts";

export interface InterpretersOptions {
  readonly startInterpreter: StartInterpreter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For triggers. */
  readonly interpreters: number;
  readonly testInterpreters: number;
  /** Forgets a local cache that lives outside of the interpreters. */
  readonly dropHostCache?: (cacheNamespace: string) => void;
}

/** All interpreters of a server. Triggers and tests do not share any. */
export interface Interpreters {
  readonly spare: WarmSpare;
  readonly triggers: InterpreterPool;
  readonly tests: InterpreterPool;
  readonly figures: InterpreterFigures;
}

export function openInterpreters(options: InterpretersOptions): Interpreters {
  const { clock, logger, dropHostCache } = options;
  const figures = new InterpreterFigures();
  const spare = new WarmSpare(figures.watch(options.startInterpreter, clock), logger);
  const shared = { spare, figures, clock, logger, ...(dropHostCache ? { dropHostCache } : {}) };
  return {
    spare,
    figures,
    triggers: new InterpreterPool({
      ...shared,
      maxInterpreters: options.interpreters,
      mayLoseCaches: false,
    }),
    tests: new InterpreterPool({
      ...shared,
      maxInterpreters: options.testInterpreters,
      mayLoseCaches: true,
    }),
  };
}
