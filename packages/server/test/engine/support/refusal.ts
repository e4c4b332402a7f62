import assert from "node:assert/strict";
import type { ServerError } from "#src/foundation/index.js";

/** What the caller of a refused operation is told. */
export async function refusal(promise: Promise<unknown>): Promise<{ status: number; text: string }> {
  try {
    await promise;
  } catch (error) {
    const { status, message } = error as ServerError;
    return { status, text: message };
  }
  assert.fail("it was accepted");
}
