import { seededRandom } from "../harness/random.ts";

export const MIXED_TABLES = ["cpu", "mem", "disk", "net"] as const;

const HOSTS = 500;
const STEP_NS = 10_000_000_000n;
/** An evening, so that a long run crosses into another UTC day. */
const START_NS = 1_767_204_000_000_000_000n;
const LATE_SHARE = 0.05;
const REPEATED_SHARE = 0.05;
/** Late points come so many batches of their table later. */
const LATE_BY_BATCHES = 20;

export interface MixedBatch {
  readonly body: Buffer;
  readonly table: string;
  /** Points that no batch had before. */
  readonly newPoints: number;
}

/** Several tables in turn; some points come late and some come twice, the second time with other values. */
export function* mixedBatches(seed: number, linesPerBatch: number): Generator<MixedBatch, never> {
  const random = seededRandom(seed);
  const tables = MIXED_TABLES.map((name) => ({ name, next: 0, waiting: [] as number[][] }));
  for (let turn = 0; ; turn++) {
    const table = tables[turn % tables.length]!;
    const late: number[] = [];
    const lines: string[] = [];
    let newPoints = 0;
    const send = (point: number): void => {
      lines.push(line(table.name, point, random));
      newPoints++;
    };
    while (lines.length < linesPerBatch) {
      const point = table.next++;
      if (random() < LATE_SHARE) {
        late.push(point);
        continue;
      }
      send(point);
      if (random() < REPEATED_SHARE) lines.push(line(table.name, point, random));
    }
    table.waiting.push(late);
    if (table.waiting.length > LATE_BY_BATCHES) for (const point of table.waiting.shift()!) send(point);
    yield { body: Buffer.from(lines.join("\n")), table: table.name, newPoints };
  }
}

function line(table: string, point: number, random: () => number): string {
  const host = point % HOSTS;
  const timeNs = START_NS + BigInt(Math.floor(point / HOSTS)) * STEP_NS;
  const fields = [
    `used=${Math.floor(random() * 1e6)}i`,
    `load=${(random() * 8).toFixed(2)}`,
    `share=${(random() * 100).toFixed(1)}`,
    `busy=${random() < 0.3}`,
    `state="${random() < 0.9 ? "running" : "waiting"}"`,
  ];
  return `${table},host=host_${host},region=region_${host % 7},rack=${host % 40} ${fields.join(",")} ${timeNs}`;
}
