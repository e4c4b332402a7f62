import type { Logger } from "../foundation/index.ts";
import { WalDamagedError } from "./errors.ts";

/** A part that is not as it was written. In a log of objects, each object is a segment. */
export interface Damage {
  readonly segment: number;
  readonly offset: number;
  /** Where the log goes on. */
  readonly resumeSegment: number;
  readonly resumeOffset: number;
}

export interface DamagesOptions {
  /** The content of the file that remembers accepted damage. */
  remembered: Uint8Array | undefined;
  /** Go on behind damage instead of throwing. */
  recover: boolean;
  logger: Logger;
  /** The file or object that the operator looks for. */
  nameOf(segment: number): string;
}

export const ACCEPTED_DAMAGE_NAME = "accepted-damage.json";

/**
 * Stops the start at damage, unless an operator chose to go on without the damaged part. What `--wal-recover` left
 * out is remembered, so that later starts do not stop at it again; the damaged bytes stay where they are. Without
 * that file, or with a damaged one, the damage is simply reported again.
 */
export class Damages {
  readonly #options: DamagesOptions;
  readonly #accepted: Damage[];
  #changed = false;

  constructor(options: DamagesOptions) {
    this.#options = options;
    this.#accepted = options.remembered === undefined ? [] : parse(options.remembered);
  }

  /** Something was accepted: it must be remembered before anything is written behind it. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Throws WalDamagedError, unless the damage was accepted before or is accepted now. */
  found(damage: Damage, reason: string): void {
    if (this.#accepted.some((known) => isSame(known, damage))) return;
    const { recover, logger, nameOf } = this.#options;
    const file = nameOf(damage.segment);
    const { offset, resumeSegment, resumeOffset } = damage;
    if (!recover) throw new WalDamagedError(file, offset, reason);
    this.#accepted.push(damage);
    this.#changed = true;
    logger.warn("going on without a damaged part of the write-ahead log: its writes are lost", {
      file,
      offset,
      reason,
      resume_file: nameOf(resumeSegment),
      resume_offset: resumeOffset,
    });
  }

  encode(): Uint8Array {
    return Buffer.from(`${JSON.stringify(this.#accepted, undefined, 2)}\n`, "utf8");
  }
}

function isSame(a: Damage, b: Damage): boolean {
  return (
    a.segment === b.segment &&
    a.offset === b.offset &&
    a.resumeSegment === b.resumeSegment &&
    a.resumeOffset === b.resumeOffset
  );
}

function parse(file: Uint8Array): Damage[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(file).toString("utf8"));
    return Array.isArray(parsed) ? (parsed as Damage[]) : [];
  } catch {
    return [];
  }
}
