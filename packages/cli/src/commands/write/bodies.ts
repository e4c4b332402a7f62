const NEWLINE = 10;

/**
 * Cuts a stream of line protocol between lines into bodies of at most `maxBytes`. A line that is longer is a
 * body of its own. Never holds more than one body and one chunk.
 */
export async function* cutBodies(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let newline = false;
  for await (const chunk of chunks) {
    pending.push(chunk);
    pendingBytes += chunk.length;
    newline ||= chunk.includes(NEWLINE);
    // Joining costs a copy: only when there is something to cut off.
    if (pendingBytes <= maxBytes || !newline) continue;
    let text = joined(pending, pendingBytes);
    for (let end = cutAt(text, maxBytes); end !== -1 && text.length > maxBytes; end = cutAt(text, maxBytes)) {
      yield text.subarray(0, end);
      text = text.subarray(end);
    }
    pending = [text];
    pendingBytes = text.length;
    newline = text.includes(NEWLINE);
  }
  if (pendingBytes > 0) yield joined(pending, pendingBytes);
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, sizeBytes);
}

/** End of the last line that fits, else of the first line; -1 when that is not complete yet. */
function cutAt(text: Uint8Array, maxBytes: number): number {
  const fitting = text.subarray(0, maxBytes).lastIndexOf(NEWLINE);
  return (fitting === -1 ? text.indexOf(NEWLINE, maxBytes) : fitting) + 1 || -1;
}

export function countLines(body: Uint8Array): number {
  let lines = 0;
  for (let at = body.indexOf(NEWLINE); at !== -1; at = body.indexOf(NEWLINE, at + 1)) lines++;
  return body.length > 0 && body.at(-1) !== NEWLINE ? lines + 1 : lines;
}
