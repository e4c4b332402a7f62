/**
 * The place of every series when series are sorted by their tags in series-key order: missing tags first, values by
 * their UTF-8 bytes (docs/formats/buffer.md, "Order").
 */
export function seriesRanks(
  seriesCount: number,
  tags: readonly { ids: Int32Array; values: readonly string[] }[],
): Int32Array {
  let sorted = Int32Array.from({ length: seriesCount }, (_, series) => series);
  // Stable sorts from the last tag to the first leave the first one deciding.
  for (const { ids, values } of tags.toReversed())
    sorted = sortByPlace(sorted, ids, placesOf(values), values.length);
  const ranks = new Int32Array(seriesCount);
  sorted.forEach((series, rank) => {
    ranks[series] = rank;
  });
  return ranks;
}

/** By dictionary id: 1 + the value's place among all values of the tag. */
function placesOf(values: readonly string[]): Int32Array {
  const order = values.map((_, id) => id).sort((a, b) => compareUtf8(values[a]!, values[b]!));
  const places = new Int32Array(values.length);
  order.forEach((id, place) => {
    places[id] = place + 1;
  });
  return places;
}

function sortByPlace(
  series: Int32Array<ArrayBuffer>,
  ids: Int32Array,
  places: Int32Array,
  placeCount: number,
): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(placeCount + 2);
  const placeOf = (id: number): number => (id < 0 ? 0 : places[id]!);
  for (const one of series) starts[placeOf(ids[one]!) + 1]!++;
  for (let place = 1; place < starts.length; place++) starts[place]! += starts[place - 1]!;
  const sorted = new Int32Array(series.length);
  for (const one of series) sorted[starts[placeOf(ids[one]!)]!++] = one;
  return sorted;
}

/** Orders strings by their UTF-8 bytes, which differs from their UTF-16 order where surrogates are involved. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return aboveSurrogates(left) - aboveSurrogates(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond every single code unit. */
function aboveSurrogates(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}
