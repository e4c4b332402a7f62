/** What the quick start prints: plain text that reads well in a log, colours and rules when a person looks on. */
const colours = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Style = keyof typeof colours;

export interface Screen {
  readonly interactive: boolean;
  heading(text: string): void;
  say(text: string): void;
  /** The command as the user would type it. */
  command(text: string): void;
  table(columns: readonly string[], rows: readonly (readonly string[])[]): void;
  paint(style: Style, text: string): string;
}

export function createScreen(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  const colourful = out.isTTY === true && !env["NO_COLOR"];
  const paint = (style: Style, text: string): string =>
    colourful ? `\u001b[${colours[style]}m${text}\u001b[0m` : text;
  const line = (text = ""): void => {
    out.write(`${text}\n`);
  };
  let step = 0;
  return {
    interactive: out.isTTY === true,
    paint,
    heading(text) {
      step += 1;
      line();
      line(paint("bold", `${step}. ${text}`));
    },
    say: (text) => line(text === "" ? "" : `   ${text}`),
    command: (text) => line(`   ${paint("cyan", `$ ${text}`)}`),
    table(columns, rows) {
      for (const text of renderTable(columns, rows, (cell) => paint("dim", cell))) line(`   ${text}`);
    },
  };
}

const WIDEST_CELL = 72;

export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  dim: (text: string) => string = (text) => text,
): string[] {
  const cells = rows.map((row) => row.map(shorten));
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => (row[i] ?? "").length)),
  );
  const rule = (left: string, middle: string, right: string): string =>
    dim(left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right);
  const bar = dim("│");
  const format = (row: readonly string[]): string =>
    `${bar}${widths.map((width, i) => ` ${(row[i] ?? "").padEnd(width)} `).join(bar)}${bar}`;
  return [
    rule("┌", "┬", "┐"),
    format(columns),
    rule("├", "┼", "┤"),
    ...cells.map(format),
    rule("└", "┴", "┘"),
  ];
}

function shorten(text: string): string {
  const oneLine = text.replaceAll("\n", "⏎");
  return oneLine.length <= WIDEST_CELL ? oneLine : `${oneLine.slice(0, WIDEST_CELL - 1)}…`;
}
