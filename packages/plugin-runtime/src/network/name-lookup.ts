import { lookup } from "node:dns/promises";

export type ResolveName = (name: string) => Promise<readonly string[]>;

/** Lookups occupy threads that the whole process shares with its files. */
const LOOKUPS_AT_ONCE = 2;

/** Asks the operating system. */
export const resolveBySystem: ResolveName = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
};

/** Lets only a few lookups run at a time, whatever the number of interpreters that ask. */
export function fewAtOnce(resolve: ResolveName): ResolveName {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (name) => {
    if (running >= LOOKUPS_AT_ONCE) await new Promise<void>((start) => waiting.push(start));
    else running++;
    try {
      return await resolve(name);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
