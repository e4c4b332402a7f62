/** More than this is nothing that a person reads, and would fill the editor's memory. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

export async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_BYTES_MAX) {
      throw new Error("The answer is larger than 32 MB. Ask for less, as with LIMIT 1000.");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
