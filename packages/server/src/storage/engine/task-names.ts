import type { RandomBytes } from "../../foundation/index.ts";
import type { FileNaming } from "../tasks.ts";

/** Names tasks so that files of no two of them, in whatever process, can meet; remembers which are under way. */
export class TaskNames {
  readonly directory: string;
  readonly #writer: string;
  readonly #active = new Set<string>();
  #count = 0;

  constructor(nodeId: string, random: RandomBytes) {
    this.directory = `${nodeId}/dbs`;
    this.#writer = Buffer.from(random(8)).toString("hex");
  }

  /** `snapshot`: the last one in the files, to be read by humans. */
  begin(snapshot: number): FileNaming {
    const name = `${String(snapshot).padStart(10, "0")}-${this.#writer}-${++this.#count}`;
    this.#active.add(name);
    return { directory: this.directory, name };
  }

  /** Its files are in the index by now, or nobody's. */
  end(naming: FileNaming): void {
    this.#active.delete(naming.name);
  }

  /** Whether the object is, or may become, a file of a task under way. */
  isActive(key: string): boolean {
    return this.#active.has(key.slice(key.lastIndexOf("/") + 1).replace(/\.parquet$/, ""));
  }
}
