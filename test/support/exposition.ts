export interface MetricFamily {
  name: string;
  help: string;
  type: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** Reads the Prometheus text format 0.0.4 and accepts nothing that is not exactly that. */
export function parseExposition(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("\n# EOF\n")) throw new Error("the text does not end with # EOF");
  const families = new Map<string, MetricFamily>();
  const seen = new Set<string>();
  let family: MetricFamily | undefined;
  for (const line of text.slice(0, -"# EOF\n".length).split("\n")) {
    if (line === "") continue;
    const help = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line);
    if (help !== null) {
      const name = help[1]!;
      if (families.has(name)) throw new Error(`${name} comes twice`);
      family = { name, help: help[2]!, type: "", samples: [] };
      families.set(name, family);
      continue;
    }
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
    if (type !== null) {
      if (family?.name !== type[1] || family.type !== "") throw new Error(`misplaced: ${line}`);
      family.type = type[2]!;
      continue;
    }
    const sample = parseSample(line);
    const key = line.slice(0, line.lastIndexOf(" "));
    if (seen.has(key)) throw new Error(`${key} comes twice`);
    seen.add(key);
    if (family === undefined || !belongs(sample.name, family)) throw new Error(`misplaced: ${line}`);
    family.samples.push(sample);
  }
  for (const found of families.values()) check(found);
  return families;
}

function parseSample(line: string): MetricFamily["samples"][number] {
  const match = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|\\+Inf|NaN)$`).exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  let rest = match[2] ?? "";
  while (rest !== "") {
    const label = LABEL.exec(rest);
    if (label === null || label[1]! in labels) throw new Error(`labels of ${line}`);
    labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
    rest = rest.slice(label[0].length);
  }
  const value = match[3] === "+Inf" ? Number.POSITIVE_INFINITY : Number(match[3]);
  return { name: match[1]!, labels, value };
}

function belongs(name: string, { name: family, type }: MetricFamily): boolean {
  if (type !== "histogram") return type !== "" && name === family;
  return name === `${family}_bucket` || name === `${family}_sum` || name === `${family}_count`;
}

function check({ name, type, samples }: MetricFamily): void {
  if (type === "") throw new Error(`${name} has no type`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name} is a counter without _total`);
  if (type !== "gauge" && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is negative`);
  if (type === "histogram") checkBuckets(name, samples);
}

function checkBuckets(name: string, samples: MetricFamily["samples"]): void {
  const last = new Map<string, { bound: number; value: number }>();
  for (const { name: sample, labels, value } of samples) {
    const { le, ...series } = labels;
    const key = JSON.stringify(series);
    const before = last.get(key) ?? { bound: Number.NEGATIVE_INFINITY, value: 0 };
    if (sample === `${name}_bucket`) {
      const bound = le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
      if (!(bound > before.bound) || value < before.value) throw new Error(`${name}: bucket ${le}`);
      last.set(key, { bound, value });
    } else if (sample === `${name}_count`) {
      if (before.bound !== Number.POSITIVE_INFINITY || value !== before.value)
        throw new Error(`${name}_count`);
    }
  }
}
