import type { Attack, Targets } from "./attack.ts";
import { files } from "./files.ts";
import { hostFiles } from "./host-files.ts";
import { javascript } from "./javascript.ts";
import { memory } from "./memory.ts";
import { native } from "./native.ts";
import { processesAndNetwork } from "./processes-and-network.ts";
import { trustedState } from "./trusted-state.ts";

export type { Attack, Targets } from "./attack.ts";

/** Every attack is Python source that may use the names secret_file, touch_file, mount and port. */
export function attacks(targets: Targets): Attack[] {
  const names =
    `secret_file = ${JSON.stringify(targets.secretFile)}\n` +
    `touch_file = ${JSON.stringify(targets.touchFile)}\nmount = ${JSON.stringify(targets.mount)}\n` +
    `port = ${targets.port}\n`;
  return GROUPS.flat().map((attack) => ({ ...attack, code: names + attack.code }));
}

const GROUPS = [javascript, trustedState, native, memory, files, hostFiles, processesAndNetwork];
