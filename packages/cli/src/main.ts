import { CommandError, hintFor } from "./commands/index.ts";
import { dispatch, verbOf } from "./dispatch.ts";
import { DotenvError, type Env, withDotenv, withRenamed } from "./environment/index.ts";
import { type Io, processIo } from "./io/index.ts";
import { type Chain, isUsageError } from "./parser/index.ts";
import type { LoadServer } from "./serve/index.ts";

const defaultLoadServer: LoadServer = async () => (await import("./serve/index.ts")).loadServerPackage();

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 not understood. */
export async function main(
  argv: readonly string[] = process.argv.slice(2),
  io: Io = processIo(),
  loadServer: LoadServer = defaultLoadServer,
): Promise<number> {
  let env: Env;
  try {
    env = withDotenv(io.env, io.cwd);
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    await io.stderr.write(`FATAL Error loading config from: ${error.message}\nAborting\n`);
    return 1;
  }
  const renamed = withRenamed(env, io.wallClockUs);
  for (const warning of renamed.warnings) await io.stderr.write(`${warning}\n`);
  let chain: Chain | undefined;
  try {
    return await dispatch(argv, { ...io, env: renamed.env }, loadServer, (found) => {
      chain = found;
    });
  } catch (error) {
    if (isUsageError(error)) {
      await io.stderr.write(`${error.message}\n`);
      return 2;
    }
    const failure = error instanceof Error ? error : new CommandError(String(error));
    const verb = chain === undefined ? "Serve" : verbOf(chain);
    const hint = hintFor(failure);
    const more = hint === undefined ? "" : `\n  ${hint}`;
    await io.stderr.write(`${verb} command failed: ${failure.message}${more}\n`);
    return (failure as { exitCode?: number }).exitCode ?? 1;
  }
}
