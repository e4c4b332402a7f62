const WIDTH = 100;
const INDENT = "  ";

/** Breaks text between words; what stands in brackets stays together, and so does an option with its value. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  for (const word of text.match(/\[[^\]]*\]\S*|--\S+ <[^>]*>|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

type Row = readonly [name: string, text: string];

/** Width of the left column: the longest name that is not so long that it gets a line of its own. */
export function nameWidth(rows: readonly Row[]): number {
  return Math.max(8, ...rows.map(([name]) => name.length).filter((length) => length <= 32));
}

/** Names on the left, their explanation on the right; a name that is too long stands on a line of its own. */
export function columns(rows: readonly Row[], width = nameWidth(rows)): string[] {
  const gap = INDENT.length + width + 2;
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - gap);
    const head = `${INDENT}${name}`;
    if (lines.length === 0) return [head];
    const body = lines.map((line) => `${" ".repeat(gap)}${line}`);
    if (name.length > width) return [head, ...body];
    return [`${head.padEnd(gap)}${lines[0]}`, ...body.slice(1)];
  });
}
