import { seededRandom } from "../harness/random.ts";

const STEP_NS = 1_000_000_000n;
const START_NS = 1_451_606_400_000_000_000n;

/** A table with 2 tags, 2 float fields of one decimal and an integer, one time for each row. */
export function narrowLines(seed: number, rows: number): Buffer {
  const random = seededRandom(seed);
  const reading = () => (random() * 100).toFixed(1);
  const lines = Array.from({ length: rows }, (_, row) => {
    const fields = `usage_user=${reading()},usage_system=${reading()},processes=${Math.floor(random() * 500)}i`;
    return `load,host=host_${row % 50},region=r${row % 5} ${fields} ${START_NS + BigInt(row) * STEP_NS}`;
  });
  return Buffer.from(`${lines.join("\n")}\n`);
}
