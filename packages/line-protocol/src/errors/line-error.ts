import { decodeUtf8 } from "../foundation/index.ts";
import { PRECISION_NAMES } from "../precision/index.ts";

/** Why a line was refused; 0 means it was not. Texts: `docs/reference/line-protocol.md`, "Errors". */
export const LineError = {
  none: 0,
  invalidMeasurement: 1,
  spaceMissing: 2,
  equalsMissing: 3,
  tagKeyMissing: 4,
  tagValueMissing: 5,
  fieldsMissing: 6,
  trailingContent: 7,
  integerRange: 8,
  unsignedRange: 9,
  timestampRange: 10,
  endsWithBackslash: 11,
  stringTooLong: 12,
  duplicateTag: 13,
  duplicateField: 14,
  precisionRange: 15,
} as const;
export type LineError = (typeof LineError)[keyof typeof LineError];

/** What an error text quotes: a stretch of the body, or a decoded name. */
export interface ErrorContext {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly precision: number;
}

export function describeError(error: LineError, context: ErrorContext): string {
  switch (error) {
    case LineError.none:
      return "";
    case LineError.invalidMeasurement:
      return "Invalid measurement was provided";
    case LineError.spaceMissing:
      return `Expected at least one space character, got ${found(context)}`;
    case LineError.equalsMissing:
      return `Tag set malformed: could not find equals sign in \`${excerpt(context)}\``;
    case LineError.tagKeyMissing:
      return `Expected tag key, got ${found(context)}`;
    case LineError.tagValueMissing:
      return `Expected tag value, got ${found(context)}`;
    case LineError.fieldsMissing:
      return "No fields were provided";
    case LineError.trailingContent:
      return `Could not parse entire line. Found trailing content: \`${excerpt(context)}\``;
    case LineError.integerRange:
      return `Unable to parse integer value \`${whole(context)}\``;
    case LineError.unsignedRange:
      return `Unable to parse unsigned integer value \`${whole(context)}\``;
    case LineError.timestampRange:
      return `Unable to parse timestamp value \`${whole(context)}\``;
    case LineError.endsWithBackslash:
      return "Measurements, tag keys and values, and field keys may not end with a backslash";
    case LineError.stringTooLong:
      return "String is greater than 1MB";
    case LineError.duplicateTag:
      return `Must not contain duplicate tags, but \`${context.name}\` was repeated`;
    case LineError.duplicateField:
      return `invalid line protocol - multiple instances of '${context.name}' field found`;
    case LineError.precisionRange: {
      const timestamp = BigInt(whole(context));
      return `timestamp, ${timestamp}, out of range for precision: ${PRECISION_NAMES[context.precision]}`;
    }
  }
}

const EXCERPT_CHARACTERS = 10;
/** Enough bytes for so many characters, with one to spare that shows whether the text goes on. */
const EXCERPT_BYTES = 4 * EXCERPT_CHARACTERS + 4;

function found(context: ErrorContext): string {
  return context.start >= context.end ? "end of input" : `\`${excerpt(context)}\``;
}

/** The context itself, or its first ten characters and `...` when it is longer than ten bytes. */
function excerpt({ bytes, start, end }: ErrorContext): string {
  if (end - start <= EXCERPT_CHARACTERS) return decodeUtf8(bytes, start, end);
  const text = decodeUtf8(bytes, start, Math.min(end, start + EXCERPT_BYTES));
  return `${Array.from(text).slice(0, EXCERPT_CHARACTERS).join("")}...`;
}

function whole({ bytes, start, end }: ErrorContext): string {
  return decodeUtf8(bytes, start, end);
}
