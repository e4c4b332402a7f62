import type { CommandSpec } from "../parser/index.ts";
import { columns } from "./columns.ts";
import { commandRow } from "./command-help.ts";

const GROUPS: readonly [title: string, names: readonly string[]][] = [
  ["Common Commands", ["serve", "query", "write", "update"]],
  ["Resource Management", ["create", "show", "delete", "enable", "disable"]],
  ["System Management", ["install", "run", "test", "init"]],
];

/** The overview: commands by what they are for. */
export function rootHelp(root: CommandSpec, kind: "short" | "long"): string {
  const blocks = [root.help, `Usage: ${root.name} [OPTIONS] [COMMAND]`];
  for (const [title, names] of GROUPS) {
    const commands = (root.children ?? []).filter((child) => names.includes(child.name));
    commands.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    if (commands.length > 0) blocks.push(`${title}:\n${columns(commands.map(commandRow)).join("\n")}`);
  }
  const options: [string, string][] = [
    ["-h, --help", "Print help"],
    ["    --help-all", "Print help with the runtime options"],
    ["-V, --version", "Print the version"],
  ];
  if (kind === "long") {
    for (const option of root.options ?? []) {
      if (option.name !== "version") options.push([`    --${option.name} <${option.metavar}>`, option.help]);
    }
  }
  blocks.push(`Options:\n${columns(options).join("\n")}`);
  blocks.push(
    "Without a command a server starts that keeps its data in ~/.influxdb; options of 'serve' may be given.",
  );
  if (kind === "short") blocks.push("For runtime options, see 'influxdb3 --help-all'.");
  return `${blocks.join("\n\n")}\n`;
}
