/** What the proxy does wrong. "-after": only once the store has done what was asked. */
export type FaultKind =
  | "error"
  | "error-after"
  | "reset"
  | "reset-after"
  /** The answer ends in the middle of its body. */
  | "truncate"
  | "slow"
  /** Answered as a failure, and done after a while: conditions count as they are then. */
  | "late"
  /** No answer ever. */
  | "hang";

export interface FaultRule {
  fault: FaultKind;
  /** Default: all. */
  method?: string;
  /** A regular expression that the key matches; default: all, listings included. */
  key?: string;
  /** Only each n-th request that matches. */
  every?: number;
  /** Only with this probability. */
  chance?: number;
  /** Only so often. */
  times?: number;
  /** Of "error", "error-after" and "late". */
  status?: number;
  code?: string;
  /** Of "slow" and "late". */
  delayMs?: number;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly key: RegExp | undefined;
  matches: number;
  hits: number;
}

/** Which request gets which fault: the first rule that fits. */
export class Faults {
  readonly #nextRandom: () => number;
  #rules: ActiveRule[] = [];

  constructor(seed: number) {
    this.#nextRandom = randomNumbers(seed);
  }

  set rules(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({
      rule,
      key: rule.key === undefined ? undefined : new RegExp(rule.key),
      matches: 0,
      hits: 0,
    }));
  }

  pick(method: string, key: string): FaultRule | undefined {
    for (const active of this.#rules) {
      const { rule } = active;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (active.key !== undefined && !active.key.test(key)) continue;
      active.matches++;
      if (active.matches % (rule.every ?? 1) !== 0) continue;
      if (active.hits >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (rule.chance !== undefined && this.#nextRandom() >= rule.chance) continue;
      active.hits++;
      return rule;
    }
    return undefined;
  }
}

/** A linear congruential generator: the same seed, the same faults. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
