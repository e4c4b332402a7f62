/** Seeded bodies of line protocol, shaped like the TSBS DevOps data set and like a small sensor network. */
export interface Workload {
  readonly name: string;
  readonly body: Buffer;
  readonly rows: number;
}

type Random = () => number;

/** A small seeded generator, so that every run measures the same bytes. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

const FIELDS = "user system idle nice iowait softirq irq steal guest guest_nice".split(" ");

function pick(random: Random, values: readonly string[]): string {
  return values[Math.floor(random() * values.length)]!;
}

function hostKeys(count: number, random: Random): string[] {
  return Array.from({ length: count }, (_, host) => {
    const region = pick(random, ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"]);
    const tags = {
      hostname: `host_${host}`,
      region,
      datacenter: region + pick(random, ["a", "b", "c"]),
      rack: String(Math.floor(random() * 100)),
      os: pick(random, ["Ubuntu16.10", "Ubuntu16.04LTS", "Ubuntu15.10"]),
      arch: pick(random, ["x64", "x86"]),
      team: pick(random, ["SF", "NYC", "LON", "CHI"]),
      service: String(Math.floor(random() * 20)),
      service_version: String(Math.floor(random() * 2)),
      service_environment: pick(random, ["production", "staging", "test"]),
    };
    return `cpu,${Object.entries(tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(",")}`;
  });
}

/** Ten tags and ten fields a line; `format` writes a value between 0 and 100. */
function cpuLines(hosts: number, steps: number, seed: number, format: (value: number) => string): string[] {
  const random = seededRandom(seed);
  const keys = hostKeys(hosts, random);
  const lines: string[] = [];
  for (let step = 0; step < steps; step++) {
    const time = 1451606400000000000n + BigInt(step) * 10000000000n;
    for (const key of keys) {
      const fields = FIELDS.map((field) => `usage_${field}=${format(random() * 100)}`);
      lines.push(`${key} ${fields.join(",")} ${time}`);
    }
  }
  return lines;
}

function homeLines(rows: number, seed: number): string[] {
  const random = seededRandom(seed);
  const rooms = ["Living\\ Room", "Kitchen", "Bedroom", "Garage"];
  return Array.from({ length: rows }, (_, row) => {
    const values = `temp=${(20 + random() * 5).toFixed(1)},hum=${(35 + random() * 3).toFixed(1)},co=${Math.floor(random() * 30)}i`;
    return `home,room=${rooms[row % 4]} ${values} ${(1641024000n + BigInt(row >> 2) * 10n) * 1000000000n}`;
  });
}

function shuffled(lines: readonly string[], seed: number): string[] {
  const random = seededRandom(seed);
  const result = [...lines];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

function workload(name: string, lines: readonly string[]): Workload {
  return { name, body: Buffer.from(`${lines.join("\n")}\n`), rows: lines.length };
}

export function workloads(seed: number): Workload[] {
  const integers = cpuLines(4000, 12, seed, (value) => `${Math.round(value)}i`);
  return [
    workload("cpu, 10 tags, 10 integers", integers),
    workload(
      "cpu, 2-decimal floats",
      cpuLines(4000, 12, seed, (value) => value.toFixed(2)),
    ),
    workload("cpu, full-precision floats", cpuLines(4000, 12, seed, String)),
    workload("cpu, shuffled lines", shuffled(integers, seed)),
    workload("home, 4 series", homeLines(200_000, seed)),
  ];
}
