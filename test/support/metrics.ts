import { type MetricFamily, parseExposition } from "./exposition.ts";
import { type Session, send } from "./http.ts";
import { waitFor } from "./wait.ts";

export type Families = Map<string, MetricFamily>;

export async function scrape(session: Session): Promise<Families> {
  const answer = await send(session, "GET", "/metrics");
  if (answer.status !== 200) throw new Error(`metrics: ${answer.status} ${answer.text}`);
  return parseExposition(answer.text);
}

/** The sum of all samples with these labels. */
export function metric(families: Families, name: string, labels: Record<string, string> = {}): number {
  const family = families.get(name) ?? families.get(name.replace(/_(sum|count)$/, ""));
  if (family === undefined) throw new Error(`no metric ${name}`);
  return family.samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
    .reduce((sum, sample) => sum + sample.value, 0);
}

/** Every row that was acknowledged is in a data file: for servers that `snapshotAlways` makes write them at once. */
export async function untilSnapshotted(session: Session): Promise<void> {
  await waitFor("all rows to be in data files", async () => {
    const families = await scrape(session);
    return (
      metric(families, "millrace_buffer_bytes") === 0 &&
      metric(families, "millrace_wal_bytes_since_snapshot") === 0
    );
  });
}

/** Options of a server that writes whatever it has to data files, all the time. */
export const snapshotAlways = ["--snapshot-wal-size", "1b", "--wal-flush-interval", "20ms"];
