import type { RunOutcome, RunRequest } from "@millrace/plugin-runtime";
import type { EngineInterpreter, RunHost } from "#src/engine/index.js";

export type Script = (
  request: RunRequest,
  host: RunHost,
  python: FakeInterpreter,
) => Promise<Partial<RunOutcome>>;

export function raised(text: string, kind: NonNullable<RunOutcome["error"]>["kind"] = "exception") {
  return { ok: false, error: { text, type: "", kind, phase: "call" as const, traceback: [] } };
}

export const written = (database: string, text: string, sync = false) => ({
  database,
  text,
  sync,
  file: "p.py",
  line: 1,
});

/** Lines are copied by an interpreter when its run begins; their memory is given back when it has ended. */
function withOwnLines(request: RunRequest): RunRequest {
  if (request.kind !== "writes") return request;
  const frames = request.batches.frames.map((frame) => ({ ...frame, bytes: Uint8Array.from(frame.bytes) }));
  return { ...request, batches: { ...request.batches, frames } };
}

/** Interpreters whose plugins are written in TypeScript. */
export class FakePython {
  readonly interpreters: FakeInterpreter[] = [];
  readonly runs: RunRequest[] = [];
  script: Script = async () => ({});
  failStart: string | undefined;
  /** What a start waits for. */
  beforeStart: () => Promise<void> = async () => {};

  readonly start = async (): Promise<EngineInterpreter> => {
    await this.beforeStart();
    if (this.failStart !== undefined) throw new Error(this.failStart);
    const interpreter = new FakeInterpreter(this);
    this.interpreters.push(interpreter);
    return interpreter;
  };

  get aliveCount(): number {
    return this.interpreters.filter((it) => it.alive).length;
  }
}

export class FakeInterpreter implements EngineInterpreter {
  alive = true;
  interrupted = 0;
  running = 0;
  unpackable = false;
  wornOut: "memory" | "runs" | undefined;
  readonly caches = new Map<string, string>();
  readonly #python: FakePython;
  #kill: () => void = () => {};
  readonly #killed = new Promise<Partial<RunOutcome>>((resolve) => {
    this.#kill = () => resolve(raised("the plugin was stopped", "killed"));
  });

  constructor(python: FakePython) {
    this.#python = python;
  }

  async run(request: RunRequest, host: RunHost): Promise<RunOutcome> {
    if (++this.running > 1) throw new Error("two runs at once in one interpreter");
    this.#python.runs.push(withOwnLines(request));
    try {
      const outcome = await Promise.race([this.#python.script(request, host, this), this.#killed]);
      return { ok: true, logs: [], writes: [], events: [], durationNs: 1_020_000, ...outcome };
    } finally {
      this.running--;
    }
  }

  interrupt(): void {
    this.interrupted++;
  }

  async dropCache(namespace: string): Promise<void> {
    this.caches.delete(namespace);
  }

  async packCache(namespace: string): Promise<Uint8Array | undefined> {
    return this.unpackable ? undefined : new TextEncoder().encode(this.caches.get(namespace) ?? "");
  }

  async unpackCache(namespace: string, bytes: Uint8Array): Promise<void> {
    this.caches.set(namespace, new TextDecoder().decode(bytes));
  }

  async dispose(): Promise<void> {
    this.alive = false;
    this.#kill();
  }
}
