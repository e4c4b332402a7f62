import type { Readable } from "node:stream";
import { TruncatedError } from "./failures.ts";
import type { Attempt } from "./retries.ts";

/** The whole body of an answer, or an error: what was cut off is never taken for complete. */
export async function readBody(
  body: Readable,
  announcedBytes: number | undefined,
  attempt: Attempt,
): Promise<Uint8Array> {
  attempt.transfer(announcedBytes ?? 0);
  // The SDK lets go of the signal once the answer has begun.
  const abort = () => body.destroy(attempt.signal.reason);
  attempt.signal.addEventListener("abort", abort, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
    }
    if (announcedBytes !== undefined && sizeBytes !== announcedBytes) {
      throw new TruncatedError(`${sizeBytes} of ${announcedBytes} bytes came`);
    }
    return Buffer.concat(chunks, sizeBytes);
  } finally {
    attempt.signal.removeEventListener("abort", abort);
  }
}
