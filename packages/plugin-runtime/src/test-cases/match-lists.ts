/** Which entries of two lists found no partner, in the order of the lists. */
export interface Unmatched<Expected, Actual> {
  readonly missing: readonly Expected[];
  readonly extra: readonly Actual[];
}

interface Lists<Expected, Actual> {
  readonly expected: readonly Expected[];
  readonly actual: readonly Actual[];
  readonly matches: (expected: Expected, actual: Actual) => boolean;
  /** Equal keys are partners at once; an entry without a key is compared with every other. */
  readonly keyOf: (expected: Expected) => string | undefined;
  readonly actualKeyOf: (actual: Actual) => string;
}

/** Entry by entry: the order of both lists counts. */
export function matchInOrder<Expected, Actual>({
  expected,
  actual,
  matches,
}: Lists<Expected, Actual>): Unmatched<Expected, Actual> {
  const missing: Expected[] = [];
  const extra: Actual[] = [];
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const [one, other] = [expected[i], actual[i]];
    if (one !== undefined && other !== undefined && matches(one, other)) continue;
    if (one !== undefined) missing.push(one);
    if (other !== undefined) extra.push(other);
  }
  return { missing, extra };
}

/**
 * Every expected entry gets a partner of its own if there is any way to give each one. Entries without
 * placeholders are settled first by their keys; the rest gives way to each other along chains of partners.
 */
export function matchInAnyOrder<Expected, Actual>(
  lists: Lists<Expected, Actual>,
): Unmatched<Expected, Actual> {
  const { expected, actual, matches, keyOf, actualKeyOf } = lists;
  const byKey = new Map<string, number[]>();
  actual.forEach((entry, i) => {
    const key = actualKeyOf(entry);
    const places = byKey.get(key);
    if (places === undefined) byKey.set(key, [i]);
    else places.push(i);
  });
  const missing = new Set<number>();
  const settled = new Set<number>();
  const open: number[] = [];
  expected.forEach((entry, i) => {
    const key = keyOf(entry);
    if (key === undefined) {
      open.push(i);
      return;
    }
    const place = byKey.get(key)?.shift();
    if (place === undefined) missing.add(i);
    else settled.add(place);
  });
  const free = actual.flatMap((_, i) => (settled.has(i) ? [] : [i]));
  const partnerOf = new Map<number, number>();
  const findPartner = (one: number, tried: Set<number>): boolean => {
    for (const other of free) {
      if (tried.has(other) || !matches(expected[one]!, actual[other]!)) continue;
      tried.add(other);
      const rival = partnerOf.get(other);
      if (rival !== undefined && !findPartner(rival, tried)) continue;
      partnerOf.set(other, one);
      return true;
    }
    return false;
  };
  for (const one of open) if (!findPartner(one, new Set())) missing.add(one);
  return {
    missing: expected.filter((_, i) => missing.has(i)),
    extra: actual.filter((_, i) => !settled.has(i) && !partnerOf.has(i)),
  };
}
