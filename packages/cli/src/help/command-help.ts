import type { Env } from "../environment/index.ts";
import {
  type Chain,
  type CommandSpec,
  lastOf,
  type OptionSpec,
  optionsOf,
  type PositionalSpec,
  styledOption,
  styledPositional,
  usageLine,
} from "../parser/index.ts";
import { columns, nameWidth, wrap } from "./columns.ts";

function envNote(names: readonly string[], secret: boolean, env: Env): string {
  const set = names.find((name) => env[name] !== undefined && env[name] !== "");
  // What a secret is set to must not end up in a terminal or a log.
  if (secret) return `[env: ${set ?? names[0]}]`;
  return `[env: ${set ?? names[0]}=${set === undefined ? "" : env[set]}]`;
}

function optionRow(option: OptionSpec, env: Env): [string, string] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const notes = [option.help];
  if (option.env !== undefined && option.env.length > 0) {
    notes.push(envNote(option.env, option.secret === true, env));
  }
  if (option.default !== undefined && option.secret !== true) notes.push(`[default: ${option.default}]`);
  if (option.choices !== undefined) notes.push(`[possible values: ${option.choices.join(", ")}]`);
  return [`${short}${styledOption(option)}`, notes.join(" ")];
}

function positionalRow(positional: PositionalSpec, env: Env): [string, string] {
  const notes = [positional.help];
  if (positional.env !== undefined) notes.push(envNote(positional.env, false, env));
  return [styledPositional(positional), notes.join(" ")];
}

export function commandRow(command: CommandSpec): [string, string] {
  const names = [command.name, ...(command.aliases ?? []).filter((alias) => alias.length === 1)];
  return [names.join(", "), command.help];
}

const HELP_ROW: [string, string] = ["-h, --help", "Print help (see more with '--help-all')"];
const HELP_ALL_ROW: [string, string] = ["    --help-all", "Print more help"];

/** Options in the order of their sections, under one heading each. */
function optionBlocks(options: readonly OptionSpec[], env: Env): string[] {
  const sections = [...new Set(options.map((option) => option.section ?? "Options"))];
  const blocks = sections.map((section) => ({
    section,
    rows: options
      .filter((option) => (option.section ?? "Options") === section)
      .map((option) => optionRow(option, env)),
  }));
  const last = blocks.at(-1);
  if (last === undefined || blocks.length > 1)
    blocks.push({ section: "Help", rows: [HELP_ROW, HELP_ALL_ROW] });
  else last.rows.push(HELP_ROW, HELP_ALL_ROW);
  const width = nameWidth(blocks.flatMap(({ rows }) => rows));
  return blocks.map(({ section, rows }) => `${section}:\n${columns(rows, width).join("\n")}`);
}

const USAGE_BREAK = `\n${" ".repeat("Usage: ".length)}`;

/** The help of one command. Hidden options appear in the long form only. */
export function commandHelp(chain: Chain, kind: "short" | "long", env: Env): string {
  const command = lastOf(chain);
  const hiddenToo = kind === "long";
  const options = optionsOf(chain).filter((option) => hiddenToo || option.hidden !== true);
  const children = (command.children ?? []).filter((child) => hiddenToo || child.hidden !== true);
  const blocks = [command.help, wrap(usageLine(chain)).join(USAGE_BREAK)];
  if (children.length > 0) blocks.push(`Commands:\n${columns(children.map(commandRow)).join("\n")}`);
  const positionals = command.positionals ?? [];
  if (positionals.length > 0) {
    blocks.push(`Arguments:\n${columns(positionals.map((one) => positionalRow(one, env))).join("\n")}`);
  }
  blocks.push(...optionBlocks(options, env));
  return `${blocks.join("\n\n")}\n`;
}
