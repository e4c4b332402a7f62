/** Waits for a task, but no longer than until the signal is aborted; the task goes on, and nobody hears how it ends. */
export async function unlessAborted(signal: AbortSignal, task: Promise<void>): Promise<void> {
  let stop = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", stop);
  });
  try {
    await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
