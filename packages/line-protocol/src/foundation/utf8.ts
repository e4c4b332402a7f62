import { isUtf8 } from "node:buffer";

/** True when `bytes` is valid UTF-8. Checked once for a whole body, so that the parser need not. */
export function isValidUtf8(bytes: Uint8Array): boolean {
  return isUtf8(bytes);
}
