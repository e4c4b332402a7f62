/** A row's tag values in the order of the series key; undefined: it does not have the tag. */
export type SeriesKey = readonly (Uint8Array | undefined)[];

/** Missing tags before everything else, values by their bytes. */
export function compareSeries(a: SeriesKey, b: SeriesKey): number {
  for (let tag = 0; tag < a.length; tag++) {
    const difference = compareValues(a[tag], b[tag]);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function compareValues(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
