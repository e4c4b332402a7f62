import {
  type CommandSpec,
  kindOf,
  metavarOf,
  type OptionSpec,
  takesValue,
  usageLine,
} from "#src/parser/index.js";

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

function spelled(option: OptionSpec): string {
  const long = takesValue(option) ? `--${option.name} <${metavarOf(option)}>` : `--${option.name}`;
  return option.short === undefined ? `\`${long}\`` : `\`-${option.short}\`, \`${long}\``;
}

function fallback(option: OptionSpec): string {
  const parts: string[] = [];
  if (option.required === true) parts.push("required");
  if (option.env !== undefined) parts.push(...option.env.map((name) => `\`${name}\``));
  if (option.default !== undefined) parts.push(`\`${option.default}\``);
  if (kindOf(option) === "list" || kindOf(option) === "words") parts.push("list");
  return parts.join(", ");
}

function optionTable(options: readonly OptionSpec[]): string[] {
  const shown = options.filter((option) => option.hidden !== true);
  if (shown.length === 0) return [];
  const rows = shown.map((option) => {
    const choices =
      option.choices === undefined ? "" : `: ${option.choices.map((one) => `\`${one}\``).join(", ")}`;
    return `| ${spelled(option)} | ${fallback(option)} | ${cell(option.help)}${choices} |`;
  });
  return ["", "| Option | Variable, default | Meaning |", "|---|---|---|", ...rows];
}

function section(chain: [CommandSpec, ...CommandSpec[]], shared: ReadonlySet<OptionSpec>): string[] {
  const command = chain.at(-1)!;
  const children = (command.children ?? []).filter((child) => child.hidden !== true);
  const lines: string[] = [];
  const own = (command.options ?? []).filter((option) => !shared.has(option));
  if (children.length === 0 || own.length > 0) {
    const usage = usageLine(chain).replace(/^Usage: /, "");
    const path = chain.slice(1).map((one) => one.name);
    lines.push(
      "",
      `### ${path.join(" ")}`,
      "",
      `${command.help}.`,
      "",
      "```",
      usage,
      "```",
      ...optionTable(own),
    );
  }
  return [...lines, ...children.flatMap((child) => section([...chain, child], shared))];
}

/** The generated part of docs/reference/cli.md: options that most commands share, then every command. */
export function commandReference(root: CommandSpec, shared: readonly OptionSpec[]): string {
  const commands = (root.children ?? []).filter((child) => child.hidden !== true && child.name !== "serve");
  const all = new Set(shared);
  return [
    "### Shared options",
    "",
    "Commands that talk to a server take these; `--database` is for those that work on one database.",
    ...optionTable(shared),
    ...commands.flatMap((child) => section([root, child], all)),
  ].join("\n");
}
