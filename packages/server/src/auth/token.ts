import { createHash } from "node:crypto";
import type { RandomBytes } from "../foundation/index.ts";

/** Every token text begins like this: docs/reference/http-api.md, "Tokens". */
export const TOKEN_PREFIX = "apiv3_";
const TOKEN_RANDOM_BYTES = 64;

/** The name of the operator token, the first one of a server. */
export const OPERATOR_TOKEN = "_admin";

/** A new token text. It is shown once; only its hash is kept. */
export function generateToken(random: RandomBytes): string {
  return TOKEN_PREFIX + Buffer.from(random(TOKEN_RANDOM_BYTES)).toString("base64url");
}

/** SHA-512 of the whole text, as 128 lower-case hex digits. */
export function hashToken(text: string): string {
  return createHash("sha512").update(text, "utf8").digest("hex");
}
