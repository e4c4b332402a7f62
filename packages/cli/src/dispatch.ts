import { type Command, rootCommand, SERVE, VERSION } from "./commands/index.ts";
import { commandHelp, rootHelp } from "./help/index.ts";
import type { Io } from "./io/index.ts";
import {
  type Chain,
  collect,
  lastOf,
  locate,
  normalise,
  optionsOf,
  resolve,
  UsageError,
  unexpectedArgument,
} from "./parser/index.ts";
import type { LoadServer } from "./serve/index.ts";
import { versionLine } from "./version.ts";

async function printVersion(io: Io): Promise<number> {
  await io.stdout.write(`${versionLine()}\n`);
  return 0;
}

/** `serve`, and the quick start, which is `serve` without the word. */
async function serve(tokens: readonly string[], io: Io, loadServer: LoadServer): Promise<number> {
  const { runServe, serveOptionSpecs } = await import("./serve/index.ts");
  const spec = rootCommand.children?.find((child) => child.name === SERVE);
  const chain: Chain = [rootCommand, { ...spec!, options: serveOptionSpecs() }];
  const options = optionsOf(chain);
  const { argv, error, help } = normalise(tokens, chain, options);
  if (help !== undefined) {
    await io.stdout.write(commandHelp(chain, help, io.env));
    return 0;
  }
  if (error !== undefined) throw error;
  const collected = await collect(argv, options);
  const extra = collected.positionals[0];
  if (extra !== undefined) throw unexpectedArgument(extra, chain, []);
  return runServe(io, collected, loadServer);
}

async function runCommand(chain: Chain, tokens: readonly string[], io: Io): Promise<number> {
  const options = optionsOf(chain);
  const command = lastOf(chain) as Command;
  const { argv, error, help } = normalise(tokens, chain, options);
  if (help !== undefined) {
    await io.stdout.write(commandHelp(chain, help, io.env));
    return 0;
  }
  if (error !== undefined) throw error;
  const values = resolve(chain, options, await collect(argv, options), io.env);
  const problem = command.check?.(values);
  if (problem !== undefined) throw new UsageError(`error: ${problem}`);
  const action = await command.load!();
  return (await action({ io, values })) ?? 0;
}

/** A command line that names a group but no command in it. */
async function showGroup(chain: Chain, io: Io): Promise<number> {
  await io.stderr.write(commandHelp(chain, "short", io.env));
  return 2;
}

/** The commands that a failure belongs to: `Create command failed: …`. */
export function verbOf(chain: Chain): string {
  return chain.map((command) => command.verb).find((verb) => verb !== undefined) ?? "Serve";
}

/** Finds out what a command line asks for and does it. The chain is reported first, for failures to name. */
export async function dispatch(
  argv: readonly string[],
  io: Io,
  loadServer: LoadServer,
  onCommand: (chain: Chain) => void,
): Promise<number> {
  const { chain, rootTokens, tokens, help } = locate(rootCommand, argv);
  onCommand(chain);
  const root = normalise(rootTokens, [rootCommand], rootCommand.options ?? []);
  if (chain.length === 1 && help !== undefined) {
    await io.stdout.write(rootHelp(rootCommand, help));
    return 0;
  }
  if (root.error !== undefined) throw root.error;
  if (root.argv.includes("--version") || lastOf(chain).name === VERSION) return printVersion(io);
  if (chain.length === 1) return serve(tokens, io, loadServer);
  if (lastOf(chain).name === SERVE) {
    // Runtime options may stand before the word as well as after it.
    return serve([...rootTokens, ...tokens, ...(help === undefined ? [] : ["--help"])], io, loadServer);
  }
  if (help !== undefined) {
    await io.stdout.write(commandHelp(chain, help, io.env));
    return 0;
  }
  return lastOf(chain).children === undefined ? runCommand(chain, tokens, io) : showGroup(chain, io);
}
