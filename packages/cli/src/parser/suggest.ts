/** Edit distance in which two neighbours that changed places count once, as slips of the fingers do. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1, swapped ? before[j - 2]! + 1 : replaced),
      );
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}

/** The name that was probably meant, if any comes close. */
export function closest(word: string, names: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const away = name.startsWith(word) && word.length >= 3 ? 1 : distance(word, name);
    if (away < bestDistance) [best, bestDistance] = [name, away];
  }
  return best;
}
