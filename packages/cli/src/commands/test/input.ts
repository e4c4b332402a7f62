import { readFile } from "node:fs/promises";
import path from "node:path";
import { CommandError, type Context } from "../shared/action.ts";
import { osErrorText } from "../shared/os-error.ts";

/** The line protocol that a plugin is to be handed. */
export async function inputLines({ io, values }: Context): Promise<string> {
  const lp = values.optionalText("lp");
  if (lp !== undefined) return lp;
  const file = values.optionalText("file");
  if (file === undefined) throw new CommandError("either --lp or --file must be provided");
  try {
    return await readFile(path.resolve(io.cwd, file), "utf8");
  } catch {
    throw new CommandError("unable to read input file");
  }
}

/** The body of the request that a plugin is to answer. */
export async function requestBody({ io, values }: Context): Promise<Uint8Array> {
  const file = values.optionalText("body-file");
  if (file === undefined) return Buffer.from(values.optionalText("body") ?? "");
  try {
    return await readFile(path.resolve(io.cwd, file));
  } catch (error) {
    throw new CommandError(`unable to read the body: ${osErrorText(error)}: ${file}`);
  }
}
