import { readFile, stat } from "node:fs/promises";
import { TOKEN_PREFIX } from "../auth/index.ts";
import type { TokenCommands } from "../catalog/index.ts";
import type { ServerConfig } from "../config/index.ts";
import { type Logger, systemReason } from "../foundation/index.ts";

interface TokenFile {
  token: string;
  name: string;
  expiry_millis?: number;
}

/** `--admin-token-file`: a token made offline becomes known at the first start. docs/reference/configuration.md. */
export async function adoptAdminToken(
  config: ServerConfig,
  tokens: Pick<TokenCommands, "adopt">,
  logger: Logger,
): Promise<void> {
  const file = config.auth.adminTokenFile;
  if (file === undefined || !config.auth.enabled) return;
  const { token, name, expiry_millis: expiryMs } = await readTokenFile(file, logger);
  const adopted = await tokens.adopt({ text: token, name, expiryMs: expiryMs ?? null });
  logger.info(
    adopted ? "admin token taken from file" : "admin token file ignored: the token exists already",
    { name },
  );
}

async function readTokenFile(file: string, logger: Logger): Promise<TokenFile> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0 && process.platform !== "win32") {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      logger.warn(`Admin token file has insecure permissions: ${octal}. Consider using chmod 0600.`);
    }
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Error(
      `Token error: Failed to read admin token file metadata: "${file}": ${systemReason(error)}. ` +
        "Name a readable file with --admin-token-file",
      { cause: error },
    );
  }
  const parsed = parseTokenFile(text);
  if (!parsed.token.startsWith(TOKEN_PREFIX)) {
    throw new Error(`Token error: Invalid token format: must start with '${TOKEN_PREFIX}'`);
  }
  return parsed;
}

function parseTokenFile(text: string): TokenFile {
  let parsed: Partial<TokenFile>;
  try {
    parsed = JSON.parse(text) as Partial<TokenFile>;
  } catch (error) {
    throw new Error(`Token error: Failed to parse admin token file as JSON: ${(error as Error).message}`);
  }
  const { token, name, expiry_millis: expiry } = parsed;
  if (
    typeof token !== "string" ||
    typeof name !== "string" ||
    !["undefined", "number"].includes(typeof expiry)
  ) {
    throw new Error(
      "Token error: Failed to parse admin token file as JSON: it needs the texts `token` and `name`, and may have the number `expiry_millis`",
    );
  }
  return { token, name, ...(expiry === undefined ? {} : { expiry_millis: expiry }) };
}
