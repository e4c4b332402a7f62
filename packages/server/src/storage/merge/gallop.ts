/**
 * The first place in `[from, end)` that is not before what is looked for; `isBefore` must be true up to some place and
 * false from there on. Steps double, so that a place nearby is found at once and a far one soon.
 */
export function gallop(from: number, end: number, isBefore: (place: number) => boolean): number {
  let low = from;
  let step = 1;
  while (low < end && isBefore(Math.min(low + step, end) - 1)) {
    low = Math.min(low + step, end);
    step *= 2;
  }
  let high = Math.min(low + step, end);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
