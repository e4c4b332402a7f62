/**
 * Runs a task with a signal that is aborted as soon as one of two is, and listens to neither of them afterwards:
 * `AbortSignal.any` would stay with the longer-lived one.
 */
export async function eitherOf<T>(
  first: AbortSignal,
  second: AbortSignal,
  task: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const aborts = [first, second].map((signal) => ({ signal, abort: () => either.abort(signal.reason) }));
  for (const { signal, abort } of aborts) {
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  }
  try {
    return await task(either.signal);
  } finally {
    for (const { signal, abort } of aborts) signal.removeEventListener("abort", abort);
  }
}
