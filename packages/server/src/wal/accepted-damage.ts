import path from "node:path";
import type { WalFileSystem } from "./wal-file-system.ts";

/** A damaged part that an operator chose to go on without. */
export interface AcceptedDamage {
  readonly segment: number;
  readonly offset: number;
  /** Where the log goes on. */
  readonly resumeSegment: number;
  readonly resumeOffset: number;
}

const FILE_NAME = "accepted-damage.json";

/**
 * Remembers what `--wal-recover` left out, so that later starts do not stop at it again. The damaged bytes stay
 * where they are. Without the file, or with a damaged one, the damage is simply reported again.
 */
export class AcceptedDamages {
  readonly #fs: WalFileSystem;
  readonly #directory: string;
  readonly #accepted: AcceptedDamage[];
  #changed = false;

  constructor(fs: WalFileSystem, directory: string) {
    this.#fs = fs;
    this.#directory = directory;
    this.#accepted = this.#read();
  }

  has(damage: AcceptedDamage): boolean {
    return this.#accepted.some(
      (known) =>
        known.segment === damage.segment &&
        known.offset === damage.offset &&
        known.resumeSegment === damage.resumeSegment &&
        known.resumeOffset === damage.resumeOffset,
    );
  }

  add(damage: AcceptedDamage): void {
    this.#accepted.push(damage);
    this.#changed = true;
  }

  /** Must succeed before anything is written behind the damage. */
  save(): void {
    if (!this.#changed) return;
    const target = path.join(this.#directory, FILE_NAME);
    const text = `${JSON.stringify(this.#accepted, undefined, 2)}\n`;
    const file = this.#fs.open(`${target}.tmp`, "create");
    try {
      this.#fs.write(file, [Buffer.from(text, "utf8")], 0);
      this.#fs.sync(file);
    } finally {
      this.#fs.close(file);
    }
    this.#fs.rename(`${target}.tmp`, target);
    this.#fs.syncDirectory(this.#directory);
    this.#changed = false;
  }

  #read(): AcceptedDamage[] {
    if (!this.#fs.list(this.#directory).includes(FILE_NAME)) return [];
    try {
      const bytes = this.#fs.readFile(path.join(this.#directory, FILE_NAME));
      const parsed: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
      return Array.isArray(parsed) ? (parsed as AcceptedDamage[]) : [];
    } catch {
      return [];
    }
  }
}
