import { planError } from "@millrace/sql";
import { quoteText } from "../sql-text.ts";
import { constantText, type Emitter, native, rename } from "./emitter.ts";

/** How many characters a substring starts before the text counts against its length. */
const substr: Emitter = ([text, start, length], call) => {
  const from = call.args[1];
  const inside = from?.node === "literal" && typeof from.value === "bigint" && from.value >= 1n;
  if (inside)
    return length === undefined
      ? `substr(${text}, ${start})`
      : `substr(${text}, ${start}, greatest(${length}, 0))`;
  const first = `greatest(${start}, 1)`;
  if (length === undefined) return `substr(${text}, ${first})`;
  return `substr(${text}, ${first}, greatest(${length} + least(${start}, 1) - 1, 0))`;
};

function padded(name: "lpad" | "rpad"): Emitter {
  return ([text, length, fill = "' '"]) => {
    const cut = `left(${text}, CAST(greatest(${length}, 0) AS BIGINT))`;
    return `CASE WHEN ${fill} = '' THEN ${cut} ELSE ${name}(${text}, CAST(greatest(${length}, 0) AS INTEGER), ${fill}) END`;
  };
}

const FLAGS = /^[imsgRUx]*$/;

/** Flags of a regular expression: options of the engine, and those written into the pattern. */
function regexParts(
  call: Parameters<Emitter>[1],
  pattern: string,
  flagsAt: number,
): { pattern: string; options: string } {
  if (call.args[flagsAt] === undefined) return { pattern, options: "" };
  const flags = constantText(call, flagsAt);
  if (!FLAGS.test(flags))
    throw planError(`${call.name} does not know the flags '${flags}'. Use i, m, s, g, R, U or x`);
  const inline = [...new Set(flags.replace(/[^msU]/g, ""))].join("");
  const options = flags.includes("i") ? "i" : "";
  return { pattern: inline === "" ? pattern : `(${quoteText(`(?${inline})`)} || ${pattern})`, options };
}

function withOptions(options: string): string {
  return options === "" ? "" : `, ${quoteText(options)}`;
}

const regexpLike: Emitter = ([text, pattern], call) => {
  const regex = regexParts(call, pattern!, 2);
  return `regexp_matches(${text}, ${regex.pattern}${withOptions(regex.options)})`;
};

const regexpReplace: Emitter = ([text, pattern, replacement], call) => {
  const regex = regexParts(call, pattern!, 3);
  const global = call.args[3] !== undefined && constantText(call, 3).includes("g");
  const options = `${regex.options}${global ? "g" : ""}`;
  // The dialect writes groups as $1 or ${1}, the engine only as \1.
  const groups = `regexp_replace(${replacement}, '\\$\\{?(\\d)\\}?', '\\\\\\1', 'g')`;
  return `regexp_replace(${text}, ${regex.pattern}, ${groups}${withOptions(options)})`;
};

const regexpCount: Emitter = ([text, pattern, start], call) => {
  const regex = regexParts(call, pattern!, 3);
  const from = start === undefined ? text : `substr(${text}, ${start})`;
  return `len(regexp_extract_all(${from}, ${regex.pattern}, 0${withOptions(regex.options)}))`;
};

/** The captured groups, or the whole match when the pattern has none; NULL without a match. */
const regexpMatch: Emitter = ([text], call) => {
  const pattern = constantText(call, 1);
  const regex = regexParts(call, quoteText(pattern), 2);
  const options = withOptions(regex.options);
  const groups = countGroups(pattern);
  if (groups > 9) throw planError("regexp_match with more than 9 groups is not supported");
  const extract = (group: number) => `regexp_extract(${text}, ${regex.pattern}, ${group}${options})`;
  const list =
    groups === 0 ? extract(0) : Array.from({ length: groups }, (_, i) => extract(i + 1)).join(", ");
  return `CASE WHEN regexp_matches(${text}, ${regex.pattern}${options}) THEN [${list}] END`;
};

export function countGroups(pattern: string): number {
  let groups = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") i++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (
      char === "(" &&
      !inClass &&
      (pattern[i + 1] !== "?" || /^\?P?<(?![=!])/.test(pattern.slice(i + 1)))
    )
      groups++;
  }
  return groups;
}

const overlay: Emitter = ([text, replacement, from, count]) => {
  const length = count ?? `length(${replacement})`;
  return `concat(substr(${text}, 1, greatest(${from} - 1, 0)), ${replacement}, substr(${text}, greatest(${from} + ${length}, 1)))`;
};

const substrIndex: Emitter = ([text, delimiter, count]) => {
  const parts = `string_split(${text}, ${delimiter})`;
  const head = `list_slice(${parts}, 1, ${count})`;
  const tail = `list_slice(${parts}, greatest(len(${parts}) + ${count} + 1, 1), len(${parts}))`;
  return `CASE WHEN ${count} = 0 OR ${delimiter} = '' THEN '' WHEN ${count} > 0 THEN array_to_string(${head}, ${delimiter}) ELSE array_to_string(${tail}, ${delimiter}) END`;
};

/** A letter or digit after anything else starts a word. */
const initcap: Emitter = ([text]) => {
  const words = `regexp_extract_all(lower(${text}), '[\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+')`;
  return `array_to_string(list_transform(${words}, lambda w: concat(upper(left(w, 1)), substr(w, 2))), '')`;
};

const concat: Emitter = (args) => `concat(${args.join(", ")})`;

export const TEXT_EMITTERS: Readonly<Record<string, Emitter>> = {
  ...native(
    "ascii concat_ws contains ends_with left levenshtein lower ltrim repeat replace reverse right rtrim split_part starts_with strpos translate upper md5",
  ),
  bit_length: ([text]) => `(strlen(${text}) * 8)`,
  btrim: rename("trim"),
  character_length: rename("length"),
  chr: ([code]) => `chr(CAST(${code} AS INTEGER))`,
  concat,
  decode: ([text], call) => {
    const encoding = constantText(call, 1);
    if (encoding === "hex") return `unhex(${text})`;
    if (encoding === "base64")
      return `from_base64(rpad(${text}, CAST((length(${text}) + 3) // 4 * 4 AS INTEGER), '='))`;
    throw planError(`decode knows 'base64' and 'hex', not '${encoding}'`);
  },
  encode: ([value], call) => {
    const encoding = constantText(call, 1);
    const blob = call.args[0]!.type.kind === "binary" ? value : `encode(CAST(${value} AS VARCHAR))`;
    if (encoding === "hex") return `lower(hex(${blob}))`;
    if (encoding === "base64") return `rtrim(base64(${blob}), '=')`;
    throw planError(`encode knows 'base64' and 'hex', not '${encoding}'`);
  },
  find_in_set: ([text, list]) => `coalesce(list_position(string_split(${list}, ','), ${text}), 0)`,
  initcap,
  lpad: padded("lpad"),
  octet_length: rename("strlen"),
  overlay,
  regexp_count: regexpCount,
  regexp_like: regexpLike,
  regexp_match: regexpMatch,
  regexp_replace: regexpReplace,
  rpad: padded("rpad"),
  sha256: ([text]) => `unhex(sha256(${text}))`,
  substr,
  substr_index: substrIndex,
  to_hex: ([value]) => `lower(to_hex(${value}))`,
  uuid: () => "CAST(uuid() AS VARCHAR)",
  version: () => "'Apache DataFusion 51.0.0'",
};
