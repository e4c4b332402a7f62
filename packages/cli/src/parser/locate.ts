import { type Chain, childOf, lastOf } from "./chain.ts";
import { unknownCommand } from "./errors.ts";
import type { CommandSpec, OptionSpec } from "./specs.ts";
import { closest } from "./suggest.ts";
import { type HelpKind, helpOf, isOptionToken, readOptionToken, wantsNextWord } from "./tokens.ts";

export interface Located {
  chain: Chain;
  /** Options written before the command. */
  rootTokens: string[];
  /** Everything else that is not a command word. */
  tokens: string[];
  /** Asked for by `help …` or by a help option before the command was complete. */
  help?: HelpKind;
}

/** Options of a command and of all commands below it: enough to know which of them take a value. */
function reachableOptions(command: CommandSpec): OptionSpec[] {
  return [...(command.options ?? []), ...(command.children ?? []).flatMap(reachableOptions)];
}

/** Moves an option, with the word that belongs to it, from one list to the other. */
function moveOption(from: string[], to: string[], options: readonly OptionSpec[]): void {
  const token = from.shift()!;
  to.push(token);
  const next = from[0];
  if (next !== undefined && wantsNextWord(token, options) && !isOptionToken(next)) to.push(from.shift()!);
}

/** Options of the root end where the first word or an option that the root does not know begins. */
function takeRootOptions(root: CommandSpec, rest: string[]): string[] {
  const taken: string[] = [];
  const options = root.options ?? [];
  while (rest[0] !== undefined && isOptionToken(rest[0])) {
    const known = readOptionToken(rest[0], options).every((written) => written.option !== undefined);
    if (!known && helpOf(rest[0]) === undefined) break;
    moveOption(rest, taken, options);
  }
  return taken;
}

function enter(chain: Chain, word: string): Chain {
  const child = childOf(lastOf(chain), word);
  if (child === undefined) {
    const names = (lastOf(chain).children ?? []).filter((one) => one.hidden !== true).map((one) => one.name);
    const near = closest(word, names);
    throw unknownCommand(word, chain, near && `a similar subcommand exists: '${near}'`);
  }
  return [...chain, child] as unknown as Chain;
}

/** Finds the command that a command line names. Options may stand before, between and after its words. */
export function locate(root: CommandSpec, argv: readonly string[]): Located {
  const rest = [...argv];
  const rootTokens = takeRootOptions(root, rest);
  const tokens: string[] = [];
  let chain: Chain = [root];
  let help = rootTokens.map(helpOf).find((kind) => kind !== undefined);
  let viaHelpWord = false;
  while (lastOf(chain).children !== undefined && rest.length > 0) {
    const word = rest[0]!;
    if (word === "--" && chain.length > 1) break;
    if (isOptionToken(word)) {
      // At the root this is an option of the server: the quick start takes it from here.
      if (chain.length === 1) break;
      help ??= helpOf(word);
      moveOption(rest, tokens, reachableOptions(lastOf(chain)));
      continue;
    }
    rest.shift();
    if (word === "help" && childOf(lastOf(chain), word) === undefined) viaHelpWord = true;
    else chain = enter(chain, word);
  }
  if (viaHelpWord) help ??= "short";
  return { chain, rootTokens, tokens: [...tokens, ...rest], ...(help === undefined ? {} : { help }) };
}
