/**
 * Rows per second of the write path in one thread: parsing, validation and buffer, with a WAL that does nothing.
 * The parser alone runs over the same bodies in turn, because the machine's speed changes from minute to minute.
 * Run: npx tsx packages/server/bench/ingest.ts [rows]
 */
import { performance } from "node:perf_hooks";
import { LineParser, Precision } from "@millrace/line-protocol";
import { BufferStore } from "#src/buffer/index.js";
import { NodeCatalog } from "#src/catalog/index.js";
import { silentLogger, systemClock } from "#src/foundation/index.js";
import { createWritePath } from "#src/ingest/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import type { StagingSlice, Wal, WalEvents } from "#src/wal/index.js";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const HOSTS = 4000;
const LINES_A_BODY = 5000;
const DISTINCT_BODIES = 100;
const FIELDS =
  "usage_user usage_system usage_idle usage_nice usage_iowait usage_irq usage_softirq usage_steal usage_guest usage_guest_nice";

/** Every write is durable at once; staging memory is used again and again, as the real pool does. */
class NullWal implements Wal {
  #events: WalEvents | undefined;
  readonly #memory = new SharedArrayBuffer(16 * 2 ** 20);
  #group = 0;

  async replay() {
    return { entries: 0, groups: 0, bytes: 0, tornBytes: 0 };
  }
  start(events: WalEvents): void {
    this.#events = events;
  }
  reserve(sizeBytes: number): StagingSlice {
    return { buffer: this.#memory, offset: 0, bytes: new Uint8Array(this.#memory, 0, sizeBytes) };
  }
  reserveAhead(sizeBytes: number): StagingSlice {
    return this.reserve(sizeBytes);
  }
  release(): void {}
  append(_entry: unknown, done: (error?: Error) => void): void {
    this.#events?.onSeal(++this.#group);
    this.#events?.onDurable(this.#group);
    done();
  }
  async close(): Promise<void> {}
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = seededRandom(42);
const pick = (values: string): string => values.split(" ")[Math.floor(random() * values.split(" ").length)]!;

const hosts = Array.from({ length: HOSTS }, (_, host) => {
  const region = pick("eu-west-1 eu-central-1 us-east-1 us-west-2 ap-southeast-1 sa-east-1");
  const where = `region=${region},datacenter=${region}${pick("a b c")},rack=${Math.floor(random() * 100)}`;
  const what = `os=${pick("Ubuntu16.10 Ubuntu16.04LTS Ubuntu15.10")},arch=${pick("x64 x86")},team=${pick("NYC SF LON CHI")}`;
  const service = `service=${Math.floor(random() * 20)},service_version=${Math.floor(random() * 2)}`;
  return `cpu,hostname=host_${host},${where},${what},${service},service_environment=${pick("production staging test")}`;
});
const values = Array.from({ length: 4096 }, () =>
  FIELDS.split(" ")
    .map((name) => `${name}=${Math.floor(random() * 100)}i`)
    .join(","),
);

/** `LINES_A_BODY` lines, beginning with line `first` of the whole. */
function body(first: number): Buffer {
  const lines: string[] = [];
  for (let i = first; i < first + LINES_A_BODY; i++) {
    const timeS = 1_451_606_400 + Math.floor(i / HOSTS) * 10;
    lines.push(`${hosts[i % HOSTS]} ${values[(i * 31) % values.length]} ${timeS}000000000`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

const buffer = new BufferStore({ hashSeed: 1 });
const catalog = await NodeCatalog.open({ store: new MemoryStore(), nodeId: "bench", logger: silentLogger });
const path = createWritePath({
  catalog,
  wal: new NullWal(),
  buffer,
  clock: systemClock,
  logger: silentLogger,
});
await path.recover();

const parser = new LineParser();
const parsed = new Uint8Array(new SharedArrayBuffer(16 * 2 ** 20));

/** Milliseconds that the parser alone takes. */
function parseAlone(bodies: readonly Buffer[]): number {
  const start = performance.now();
  for (const piece of bodies) {
    parsed.set(piece);
    parser.reset(parsed, 0, piece.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
    while (parser.next());
  }
  return performance.now() - start;
}

async function write(bodies: readonly Buffer[]): Promise<number> {
  const start = performance.now();
  for (const piece of bodies) {
    const options = { precision: Precision.nanosecond, acceptPartial: true, noSync: false };
    await path.write({ database: "tsbs", body: [piece], sizeBytes: piece.length, ...options });
  }
  return performance.now() - start;
}

const rowsABatch = LINES_A_BODY * DISTINCT_BODIES;
const rate = (ms: number): string => `${(rowsABatch / ms / 1000).toFixed(2)} M rows/s`;
const best = { parser: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
let rows = 0;
while (rows < ROWS) {
  const bodies = Array.from({ length: DISTINCT_BODIES }, (_, i) => body(rows + i * LINES_A_BODY));
  const parserMs = parseAlone(bodies);
  const allMs = await write(bodies);
  best.parser = Math.min(best.parser, parserMs);
  best.all = Math.min(best.all, allMs);
  rows += rowsABatch;
  process.stdout.write(`parser alone ${rate(parserMs)}, write path ${rate(allMs)}\n`);
}
process.stdout.write(
  `best: parser alone ${rate(best.parser)}, write path ${rate(best.all)}; ` +
    `${(buffer.bytes / rows).toFixed(0)} buffer bytes per row\n`,
);
