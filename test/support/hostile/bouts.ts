import { type Attack, type AttackKind, WAYS, type Way } from "./attack.ts";
import { computing } from "./computing.ts";
import { leaving } from "./leaving.ts";
import { memory } from "./memory.ts";
import { output } from "./output.ts";
import { resources } from "./resources.ts";

const kinds: readonly AttackKind[] = [...computing, ...memory, ...output, ...resources, ...leaving];

export interface Bout {
  readonly name: string;
  readonly attack: Attack;
  readonly way: Way;
}

/** Attacks of each kind, each in so many ways, in turn, so that each way meets all kinds. */
export function bouts(waysOfEach: number, attacksOfKind = Number.POSITIVE_INFINITY): Bout[] {
  const all: Bout[] = [];
  for (const { kind, attacks } of kinds) {
    for (const attack of attacks.slice(0, attacksOfKind)) {
      const ways = attack.ways ?? WAYS;
      const first = all.length;
      for (let turn = 0; turn < Math.min(waysOfEach, ways.length); turn++) {
        const way = ways[(first + turn) % ways.length]!;
        all.push({ name: `${kind}: ${attack.name} (${way})`, attack, way });
      }
    }
  }
  return all;
}

/** Of a server that many floods shall be tried on within a minute. */
export const limitsSoSmallThatFloodsEndSoon: readonly string[] = [
  ...["--plugin-run-timeout", "600ms", "--plugin-test-timeout", "600ms", "--plugin-memory", "96mb"],
  ...["--plugin-max-log-lines", "500", "--plugin-max-output", "1mb", "--plugin-max-written-lines", "2000"],
  ...["--plugin-max-written-size", "4mb", "--plugin-files-size", "8mb", "--plugin-max-files", "300"],
  ...["--plugin-space-size", "4mb", "--plugin-max-host-calls", "500", "--plugin-max-file-calls", "1000"],
  ...["--plugin-max-network-calls", "200", "--plugin-cache-size", "4mb"],
];
