import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import { packValues, RunWriter } from "../encodings/index.ts";
import { ColumnEncoding, type ValueRange } from "../format/index.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { splitRows } from "./pages.ts";
import { presenceOf } from "./presence.ts";

type Booleans = Extract<ColumnVector, { kind: "boolean" }>;

/** Rows a run needs to be shorter than its bits are. */
const WORTHWHILE_RUN = 24;

const runs = new RunWriter();
let dense = new Int32Array(0);

export function planBooleans(vector: Booleans, rowCount: number): ColumnPlan {
  const presence = presenceOf(vector.validity, rowCount);
  const { count, trueCount, runCount } = gather(vector.values, presence.validity, rowCount);
  const values = dense;
  const hasRuns = runCount * WORTHWHILE_RUN < count;
  return {
    ...presence,
    range: booleanRange(count, trueCount),
    pages: splitRows(rowCount, presence.validity),
    writeValues(sink, { value, valueCount }) {
      if (!hasRuns) {
        packValues(sink, values, value, valueCount, 1);
        return ColumnEncoding.plain;
      }
      const lengthAt = sink.length;
      sink.u32(0);
      runs.begin(sink, 1);
      const end = value + valueCount;
      for (let at = value; at < end; ) {
        let next = at + 1;
        while (next < end && values[next] === values[at]) next++;
        runs.add(values[at]!, next - at);
        at = next;
      }
      runs.end();
      sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
      return ColumnEncoding.rle;
    },
  };
}

function gather(values: Uint8Array, validity: Uint8Array | undefined, rowCount: number) {
  if (dense.length < rowCount) dense = new Int32Array(rowCount);
  let count = 0;
  let trueCount = 0;
  let runCount = 0;
  let last = -1;
  for (let row = 0; row < rowCount; row++) {
    if (validity !== undefined && !isSet(validity, row)) continue;
    const value = values[row]!;
    if (value !== last) runCount++;
    last = value;
    trueCount += value;
    dense[count++] = value;
  }
  return { count, trueCount, runCount };
}

function booleanRange(count: number, trueCount: number): ValueRange | undefined {
  if (count === 0) return undefined;
  return { min: Uint8Array.of(trueCount === count ? 1 : 0), max: Uint8Array.of(trueCount > 0 ? 1 : 0) };
}
