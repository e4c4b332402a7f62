/** The rows that are not replaced, in arrival order. */
export function survivors(rowCount: number, replaced: Uint8Array, replacedCount: number): Int32Array {
  const rows = new Int32Array(rowCount - replacedCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) if (replaced[row] === 0) rows[count++] = row;
  return rows;
}
