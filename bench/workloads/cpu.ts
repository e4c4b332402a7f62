import { seededRandom } from "../harness/random.ts";

/** Shaped like TSBS's cpu-only use case: 10 tags, 10 integer fields, one point per host every 10 seconds. */
export interface CpuWorkload {
  readonly startNs: bigint;
  readonly hosts: number;
  /** Batches of line protocol in time order; batch i covers rows [i * rowsPerBatch, …). */
  batches(rows: number, rowsPerBatch: number): Buffer[];
}

const FIELDS = ["user", "system", "idle", "nice", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"];
const REGIONS = [
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "eu-central-1",
  "ap-southeast-1",
  "sa-east-1",
];
const STEP_NS = 10_000_000_000n;

/** `format` writes a value between 0 and 100. */
export function cpuWorkload(seed: number, hosts: number, format = integer): CpuWorkload {
  const random = seededRandom(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const startNs = 1_451_606_400_000_000_000n;
  const keys = Array.from({ length: hosts }, (_, host) => {
    const region = REGIONS[pick(REGIONS.length)]!;
    return [
      `cpu,hostname=host_${host},region=${region},datacenter=${region}${"abc"[pick(3)]}`,
      `rack=${pick(100)},os=Ubuntu${["15.10", "16.04LTS", "16.10"][pick(3)]},arch=${["x64", "x86"][pick(2)]}`,
      `team=${["SF", "NYC", "LON", "CHI"][pick(4)]},service=${pick(20)},service_version=${pick(2)}`,
      `service_environment=${["production", "staging", "test"][pick(3)]}`,
    ].join(",");
  });
  const values = Float64Array.from({ length: hosts * FIELDS.length }, () => random() * 100);

  const line = (row: number): string => {
    const host = row % hosts;
    const fields = FIELDS.map((name, i) => {
      const at = host * FIELDS.length + i;
      values[at] = Math.min(100, Math.max(0, values[at]! + random() * 4 - 2));
      return `usage_${name}=${format(values[at]!)}`;
    });
    const timeNs = startNs + BigInt(Math.floor(row / hosts)) * STEP_NS;
    return `${keys[host]} ${fields.join(",")} ${timeNs}\n`;
  };

  return {
    startNs,
    hosts,
    batches(rows, rowsPerBatch) {
      const batches: Buffer[] = [];
      for (let first = 0; first < rows; first += rowsPerBatch) {
        let text = "";
        for (let row = first; row < Math.min(rows, first + rowsPerBatch); row++) text += line(row);
        batches.push(Buffer.from(text));
      }
      return batches;
    },
  };
}

function integer(value: number): string {
  return `${Math.round(value)}i`;
}
