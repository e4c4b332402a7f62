import type { WriteOrigin } from "../../ingest/index.ts";

/** How often a trigger may be woken by what it wrote itself before it is taken for a loop. */
export const MAX_GENERATIONS = 8;

/**
 * The pedigree of what a plugin writes: how often each trigger occurs on the way from the first cause to this
 * write. Counting per trigger rather than the length of the chain lets long pipelines pass and stops only those
 * that come back to their own beginning.
 */
export class RunOrigin implements WriteOrigin {
  readonly trigger: string;
  readonly depth: number;
  readonly #generations: ReadonlyMap<number, number>;

  private constructor(trigger: string, depth: number, generations: ReadonlyMap<number, number>) {
    this.trigger = trigger;
    this.depth = depth;
    this.#generations = generations;
  }

  /** The origin of what a run of this trigger writes, given where its input came from. */
  static of(
    trigger: { id: number; name: string },
    inputs: Iterable<WriteOrigin | undefined> = [],
  ): RunOrigin {
    const generations = new Map<number, number>();
    let depth = 0;
    for (const input of inputs) {
      if (!(input instanceof RunOrigin)) continue;
      depth = Math.max(depth, input.depth);
      for (const [id, count] of input.#generations) {
        if (count > (generations.get(id) ?? 0)) generations.set(id, count);
      }
    }
    generations.set(trigger.id, (generations.get(trigger.id) ?? 0) + 1);
    return new RunOrigin(trigger.name, depth + 1, generations);
  }

  static generation(origin: WriteOrigin | undefined, triggerId: number): number {
    return origin instanceof RunOrigin ? (origin.#generations.get(triggerId) ?? 0) : 0;
  }
}
