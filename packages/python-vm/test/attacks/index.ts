import type { Attack, Targets } from "./attack.ts";
import { files } from "./files.ts";
import { javascript } from "./javascript.ts";
import { native } from "./native.ts";
import { processesAndNetwork } from "./processes-and-network.ts";

export type { Attack, Targets } from "./attack.ts";

/** Every attack is Python source that may use the names secret_file, touch_file and port. */
export function attacks(targets: Targets): Attack[] {
  const names =
    `secret_file = ${JSON.stringify(targets.secretFile)}\n` +
    `touch_file = ${JSON.stringify(targets.touchFile)}\nport = ${targets.port}\n`;
  return GROUPS.flat().map((attack) => ({ ...attack, code: names + attack.code }));
}

const GROUPS = [javascript, native, files, processesAndNetwork];
