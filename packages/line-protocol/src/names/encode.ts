import { Buffer } from "node:buffer";
import { isEscapable, MAX_STRING_BYTES, MEASUREMENT, type NameKind, stopsName } from "./rules.ts";

/** A point that line protocol has no way to write; the message says which part and why. */
export class InexpressibleError extends Error {
  override readonly name = "InexpressibleError";
}

/** Writes a name so that the parser reads back exactly `name`. `what` names it in errors ("tag key"). */
export function encodeName(name: string, kind: NameKind, what: string): string {
  if (name === "") throw new InexpressibleError(`An empty ${what} cannot be written: give it a name.`);
  if (name.endsWith("\\")) {
    throw new InexpressibleError(`The ${what} '${name}' ends with a backslash, which line protocol forbids.`);
  }
  if (kind === MEASUREMENT && name.startsWith("#")) {
    throw new InexpressibleError(
      `The ${what} '${name}' starts with '#', which would make the line a comment.`,
    );
  }
  requireEncodable(name, what);
  let text = "";
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const character = name[i]!;
    if (character === "\\") {
      // A backslash stays single where the next character keeps it; that one is then taken literally.
      const next = name.charCodeAt(i + 1);
      if (next < 128 && !isEscapable(next, kind)) text += character + name[++i]!;
      else text += "\\\\";
    } else if (code < 128 && isEscapable(code, kind)) {
      text += `\\${character}`;
    } else if (code < 128 && stopsName(code, kind)) {
      const shown = JSON.stringify(character);
      throw new InexpressibleError(`The ${what} ${JSON.stringify(name)} contains ${shown}: replace it.`);
    } else {
      text += character;
    }
  }
  return text;
}

/** Writes a string value with its quotes. */
export function encodeString(value: string, what: string): string {
  requireEncodable(value, what);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

function requireEncodable(text: string, what: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new InexpressibleError(`The ${what} holds half of a surrogate pair, which UTF-8 cannot encode.`);
  }
  if (Buffer.byteLength(text, "utf8") > MAX_STRING_BYTES) {
    throw new InexpressibleError(`The ${what} is longer than ${MAX_STRING_BYTES} bytes: shorten it.`);
  }
}
