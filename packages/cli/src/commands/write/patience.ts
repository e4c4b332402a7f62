import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "@millrace/api/client";

const FIRST_DELAY_MS = 100;
const MOST_RETRIES = 8;

/**
 * Sends again, less and less often, while the server answers that it is busy: nothing of such a write was done, and
 * several large bodies at once may be more than it has room for. Gives up after half a minute.
 */
export async function patiently(send: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let retries = 0; ; retries++) {
    try {
      await send();
      return;
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === 503;
      if (!isBusy || retries === MOST_RETRIES || signal.aborted) throw error;
      await delay(FIRST_DELAY_MS * 2 ** retries, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}
