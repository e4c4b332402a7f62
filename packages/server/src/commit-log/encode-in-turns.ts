import { setImmediate as nextTurn } from "node:timers/promises";
import { encodeLines, type FileHeader, fileEncoding } from "./format.ts";

/** Operations that are turned into text before other work gets its turn. */
const OPERATIONS_A_TURN = 500;
/** Each holds the operations of a turn. */
const LINES_A_TURN = 8;

/** A file of many operations, put together without holding up other work. */
export async function encodeInTurns(
  magic: string,
  header: FileHeader,
  operations: Iterable<unknown>,
): Promise<Uint8Array> {
  const lines: Uint8Array[] = [];
  let batch: unknown[] = [];
  for (const operation of operations) {
    batch.push(operation);
    if (batch.length < OPERATIONS_A_TURN) continue;
    lines.push(encodeLines(batch));
    batch = [];
    await nextTurn();
  }
  lines.push(encodeLines(batch));
  const steps = fileEncoding(magic, header, lines);
  for (let count = 1; ; count++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % LINES_A_TURN === 0) await nextTurn();
  }
}
