import { setImmediate } from "node:timers/promises";

/** Made before other work of the thread gets a turn: a millisecond's worth. */
const LENGTH_A_TURN = 256 * 2 ** 10;

/**
 * What `JSON.stringify` gives, made in turns between the other work of the thread: an answer about a run of a plugin
 * may list a hundred thousand events. Only values that JSON knows.
 */
export async function jsonInTurns(value: unknown): Promise<Buffer> {
  const parts: Buffer[] = [];
  let part = "";
  for (const piece of piecesOf(value)) {
    part += piece;
    if (part.length < LENGTH_A_TURN) continue;
    parts.push(Buffer.from(part));
    part = "";
    await setImmediate();
  }
  parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** Lists item by item, and objects down to their lists; what is inside of an item comes in one piece. */
function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield "[";
    for (let i = 0; i < value.length; i++) yield (i === 0 ? "" : ",") + (JSON.stringify(value[i]) ?? "null");
    yield "]";
  } else if (typeof value === "object" && value !== null) {
    yield "{";
    let separator = "";
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* piecesOf(member);
      separator = ",";
    }
    yield "}";
  } else {
    yield JSON.stringify(value) ?? "null";
  }
}
