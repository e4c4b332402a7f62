import type { CommandSpec, OptionSpec } from "./specs.ts";

/** The commands from the root down to the one that was named: `influxdb3`, `show`, `system`, `table`. */
export type Chain = readonly [CommandSpec, ...CommandSpec[]];

export const lastOf = (chain: Chain): CommandSpec => chain.at(-1)!;

/** Options that the command understands: its own and those of the groups above it, but not the root's. */
export function optionsOf(chain: Chain): OptionSpec[] {
  return chain.slice(1).flatMap((command) => command.options ?? []);
}

/** The part of the chain that ends at the command an option belongs to. */
export function ownerOf(chain: Chain, option: OptionSpec): Chain {
  const index = chain.findIndex((command) => command.options?.includes(option) === true);
  return index === -1 ? chain : (chain.slice(0, index + 1) as unknown as Chain);
}

export function childOf(command: CommandSpec, word: string): CommandSpec | undefined {
  return command.children?.find((child) => child.name === word || (child.aliases?.includes(word) ?? false));
}
