import { ManualClock } from "../support/manual-clock.ts";

/** A clock that stands still until it is told to move. */
export class SteppedClock extends ManualClock {
  constructor() {
    super(settle);
  }
}

/** Nothing here waits for anything but promises and turns of the event loop. */
export async function settle(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
