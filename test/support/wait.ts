import { setTimeout as delay } from "node:timers/promises";

const DEADLINE_MS = 30_000;
const POLL_MS = 20;

/** Polls until `probe` gives something other than undefined or false; fails with what it waited for. */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await delay(POLL_MS);
  }
}
