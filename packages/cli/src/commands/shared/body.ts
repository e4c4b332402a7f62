import { open } from "node:fs/promises";
import path from "node:path";
import { CommandError, type Context } from "./action.ts";
import { osErrorText } from "./os-error.ts";

/** Names of the formats on the wire where they differ from those on the command line. */
const WIRE_FORMATS: Record<string, string> = { jsonl: "json_lines" };

export function wireFormat(format: string): "pretty" | "json" | "json_lines" | "csv" | "parquet" {
  return (WIRE_FORMATS[format] ?? format) as "pretty";
}

async function writeFile(file: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    const handle = await open(file, "w");
    try {
      for await (const chunk of body) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CommandError(`io error: ${osErrorText(error)}`);
  }
}

/** Passes a result on as the server sent it, to the `--output` file or to stdout. */
export async function writeBody(context: Context, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { io, values } = context;
  const file = values.optionalText("output");
  if (file !== undefined) {
    await writeFile(path.resolve(io.cwd, file), body);
    return;
  }
  if (values.optionalText("format") === "parquet") {
    if (io.stdout.isTty) {
      throw new CommandError("cannot write parquet to a terminal, use `--output <file>` or pipe the output");
    }
    for await (const chunk of body) await io.stdout.write(chunk);
    return;
  }
  await writeText(context, body);
}

/** A text ends with exactly one newline: the one it has, or one that is added. */
async function writeText({ io }: Context, body: AsyncIterable<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let last = 10;
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      // The misspelt word is part of the text that scripts know.
      throw new CommandError(`invlid UTF8 received from server: ${(error as Error).message}`);
    }
  };
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    last = chunk.at(-1)!;
    await io.stdout.write(decode(chunk));
  }
  decode();
  if (last !== 10) await io.stdout.write("\n");
}
