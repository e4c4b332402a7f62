export interface FileOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** Lines joined at a backslash, without comments and empty ones; `number` is where the line begins, from 1. */
export function logicalLines(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let begun: { line: string; number: number } | undefined;
  text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .forEach((physical, at) => {
      const isComment = /^\s*#/.test(physical);
      const continues = physical.endsWith("\\") && !isComment;
      const piece = continues ? physical.slice(0, -1) : physical;
      begun =
        begun === undefined ? { line: piece, number: at + 1 } : { ...begun, line: `${begun.line} ${piece}` };
      if (continues) return;
      lines.push(begun);
      begun = undefined;
    });
  if (begun !== undefined) lines.push(begun);
  return lines
    .map(({ line, number }) => ({ line: line.replace(/(^|\s)#.*$/, "").trim(), number }))
    .filter(({ line }) => line !== "");
}

/** Takes the options off a line: all of it, or what stands behind a requirement. */
export function splitOptions(line: string): { text: string; options: FileOption[] } {
  const at = /(?:^|\s)-{1,2}[A-Za-z]/.exec(line)?.index ?? line.length;
  const words = line
    .slice(at)
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const options: FileOption[] = [];
  while (words.length > 0) {
    const [, name, glued] = /^(--[A-Za-z-]+|-[A-Za-z])=?(.+)?$/s.exec(words.shift()!) ?? [];
    if (name === undefined) throw new Error(`'${line}' cannot be read: options begin with a dash`);
    const next = words[0];
    const apart = glued === undefined && next !== undefined && !next.startsWith("-");
    options.push({ name, value: apart ? words.shift() : glued });
  }
  return { text: line.slice(0, at).trim(), options };
}
