import type { Clock } from "../../foundation/index.ts";
import { overloaded, type WaitOptions } from "./turnstile.ts";

/** Waits for what others may go on waiting for: until it is there, the deadline has passed or the signal is aborted. */
export function patiently<T>(
  task: Promise<T>,
  { deadlineMs, signal }: WaitOptions,
  clock: Clock,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => settle(() => reject(signal?.reason));
    const timer = clock.schedule(deadlineMs, () =>
      settle(() => reject(overloaded("Python takes long to start"))),
    );
    const settle = (tell: () => void): void => {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      tell();
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);
    task.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
