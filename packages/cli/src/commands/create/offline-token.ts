import { randomBytes } from "node:crypto";
import { open, rename } from "node:fs/promises";
import path from "node:path";
import { CommandError, type Context } from "../shared/action.ts";
import { osErrorText } from "../shared/os-error.ts";

export interface OfflineToken {
  token: string;
  file: string;
}

/** Makes a token that no server knows yet and stores it where only its owner can read it. */
export async function makeOfflineToken({ io, values }: Context): Promise<OfflineToken> {
  const file = values.text("output-file");
  const target = path.resolve(io.cwd, file);
  const token = `apiv3_${randomBytes(64).toString("base64url")}`;
  const content: Record<string, unknown> = { token, name: values.optionalText("name") ?? "_admin" };
  if (values.has("expiry")) {
    content["expiry_millis"] = Number(io.wallClockUs() / 1000n) + values.number("expiry") * 1000;
  }
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.tmp`);
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.chmod(0o600);
      await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${file}`);
  }
  return { token, file };
}
