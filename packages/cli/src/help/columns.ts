const WIDTH = 100;
const INDENT = "  ";

/** Breaks text between words; what stands in brackets stays together. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/\[[^\]]*\]|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Names on the left, their explanation on the right; a name that is too long stands on a line of its own. */
export function columns(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const longest = Math.max(0, ...rows.map(([name]) => name.length).filter((length) => length <= 32));
  const gap = INDENT.length + longest + 2;
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - gap);
    const head = `${INDENT}${name}`;
    if (lines.length === 0) return [head];
    const body = lines.map((line) => `${" ".repeat(gap)}${line}`);
    if (name.length > longest) return [head, ...body];
    return [`${head.padEnd(gap)}${lines[0]}`, ...body.slice(1)];
  });
}
