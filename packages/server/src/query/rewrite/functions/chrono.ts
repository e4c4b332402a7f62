import { planError } from "@millrace/sql";
import { fractionText, offsetText } from "../casts.ts";
import { floorModText, quoteText } from "../sql-text.ts";
import { instantOf } from "../time-text.ts";

/** What a format needs of a time, already printed. */
export interface FormatInput {
  /** Integer nanoseconds of local time and of UTC. */
  readonly local: string;
  readonly utc: string;
  /** What %Z prints. */
  readonly zone: string;
}

/** Shorthands, spelled out. */
const COMPOUND: Readonly<Record<string, string>> = {
  T: "%H:%M:%S",
  X: "%H:%M:%S",
  R: "%H:%M",
  F: "%Y-%m-%d",
  D: "%m/%d/%y",
  x: "%m/%d/%y",
  v: "%e-%b-%Y",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
  h: "%b",
};

/** Directives that mean the same in the engine's strftime. */
const SAME = new Set("YCymbBdHIMSpaAjUWVGuw%".split(""));

const DIRECTIVE = /%(-|_|0)?(\.[369]?f|[369]f|:{1,2}z|[\s\S])/g;

/** Prints a time by a strftime format of the dialect (docs/reference/sql.md, "to_char"). */
export function formatTime(format: string, input: FormatInput): string {
  const expanded = format.replace(/%([TXRFDxvrch])/g, (_, name: string) => COMPOUND[name]!);
  const parts: string[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") parts.push(`strftime(${instantOf(input.local)}, ${quoteText(plain)})`);
    plain = "";
  };
  let at = 0;
  for (const match of expanded.matchAll(DIRECTIVE)) {
    plain += expanded.slice(at, match.index).replaceAll("%", "%%");
    at = match.index + match[0].length;
    const [, flag = "", name = ""] = match;
    if (SAME.has(name) && name !== "C" && (flag === "" || flag === "0")) plain += `%${name}`;
    else if (flag === "-" && "dHIMSmjy".includes(name)) plain += `%-${name}`;
    else {
      flush();
      parts.push(specialDirective(flag, name, input));
    }
  }
  plain += expanded.slice(at).replaceAll("%", "%%");
  flush();
  return parts.length === 0 ? "''" : `concat(${parts.join(", ")})`;
}

function specialDirective(flag: string, name: string, input: FormatInput): string {
  const fraction = `lpad(CAST((${floorModText(input.utc, 1_000_000_000n)}) AS VARCHAR), 9, '0')`;
  const field = (directive: string) => `strftime(${instantOf(input.local)}, '%-${directive}')`;
  if (name === "e" || (flag === "_" && "dHIMSm".includes(name)))
    return `lpad(${field(name === "e" ? "d" : name)}, 2, ' ')`;
  if (name === "k") return `lpad(${field("H")}, 2, ' ')`;
  if (name === "l") return `lpad(${field("I")}, 2, ' ')`;
  switch (name) {
    case "P":
      return `lower(strftime(${instantOf(input.local)}, '%p'))`;
    case "C":
      return `left(strftime(${instantOf(input.local)}, '%Y'), 2)`;
    case "g":
      return `right(strftime(${instantOf(input.local)}, '%G'), 2)`;
    case "f":
      return fraction;
    case ".f":
      return fractionText(input.utc);
    case "s":
      return `CAST((${input.utc} - (${floorModText(input.utc, 1_000_000_000n)})) // 1000000000 AS VARCHAR)`;
    case "z":
      return `replace(${offsetText(`(${input.local} - ${input.utc})`)}, ':', '')`;
    case ":z":
      return offsetText(`(${input.local} - ${input.utc})`);
    case "Z":
      return quoteText(input.zone);
    case "n":
      return "chr(10)";
    case "t":
      return "chr(9)";
    case "+":
      return `concat(strftime(${instantOf(input.local)}, '%Y-%m-%dT%H:%M:%S'), ${fractionText(input.utc)}, ${offsetText(`(${input.local} - ${input.utc})`)})`;
    default:
      return digits(name, fraction);
  }
}

function digits(name: string, fraction: string): string {
  const match = /^(\.)?([369])f$/.exec(name);
  if (match === null) throw planError(`the time format has an unknown directive %${name}`);
  const text = `left(${fraction}, ${match[2]})`;
  return match[1] === undefined ? text : `concat('.', ${text})`;
}

/** Reads a text by one format; NULL when it does not fit. */
export function parseTime(text: string, format: string): string {
  if (format === "%+") return `TRY_CAST(${text} AS TIMESTAMP_NS)`;
  const expanded = format.replace(/%([TXRFDxvrch])/g, (_, name: string) => COMPOUND[name]!);
  const engineFormat = expanded
    .replace(/%[-_0]?e/g, "%-d")
    .replace(/%[-_]([dHIMSmj])/g, "%-$1")
    .replace(/%\.[369]?f/g, ".%n")
    .replace(/%[369]f|%f/g, "%n")
    .replace(/%:{1,2}z/g, "%z")
    .replace(/%P/g, "%p");
  const unknown = /%(?!-?[YymbBdHIMSpaAjnzZUWGVu%])./.exec(engineFormat);
  if (unknown !== null) throw planError(`the time format has an unknown directive ${unknown[0]}`);
  return `CAST(try_strptime(${text}, ${quoteText(engineFormat)}) AS TIMESTAMP_NS)`;
}
