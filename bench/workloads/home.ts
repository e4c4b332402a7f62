import { seededRandom } from "../harness/random.ts";

const ROOMS = ["Kitchen", "Living\\ Room", "Bath", "Hall"];

/** The documentation's sensor data, stretched: four rooms, two floats and an integer, one reading a second. */
export function homeBatches(seed: number, rows: number, rowsPerBatch: number): Buffer[] {
  const random = seededRandom(seed);
  const batches: Buffer[] = [];
  for (let first = 0; first < rows; first += rowsPerBatch) {
    let text = "";
    for (let row = first; row < Math.min(rows, first + rowsPerBatch); row++) {
      const timeNs = 1_641_024_000_000_000_000n + BigInt(Math.floor(row / ROOMS.length)) * 1_000_000_000n;
      const temperature = (20 + random() * 5).toFixed(1);
      const humidity = (35 + random() * 3).toFixed(1);
      text += `home,room=${ROOMS[row % ROOMS.length]} temp=${temperature},hum=${humidity},co=${Math.floor(random() * 30)}i ${timeNs}\n`;
    }
    batches.push(Buffer.from(text));
  }
  return batches;
}
