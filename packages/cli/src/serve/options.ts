import { serveOptions } from "@millrace/server/config";
import type { OptionKind, OptionSpec } from "../parser/index.ts";

type ServerOption = (typeof serveOptions)[number];

function kindOf(option: ServerOption): OptionKind {
  if (option.type === "boolean") return "flag";
  if (option.type === "count") return "count";
  if (option.optionalValue !== undefined) return "optional-value";
  return option.multiple === true ? "words" : "value";
}

/** The server's own option table in the terms of the parser and of help. */
export function serveOptionSpecs(): OptionSpec[] {
  return serveOptions.map((option) => ({
    name: option.name,
    kind: kindOf(option),
    help: option.description,
    section: option.section,
    ...(option.short === undefined ? {} : { short: option.short }),
    ...(option.aliases === undefined ? {} : { aliases: option.aliases }),
    ...(option.metavar === undefined ? {} : { metavar: option.metavar }),
    ...(option.env === undefined ? {} : { env: option.env }),
    ...(option.default === undefined ? {} : { default: option.default }),
    ...(option.optionalValue === undefined ? {} : { missingValue: option.optionalValue }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    ...(option.hidden === true ? { hidden: true } : {}),
    ...(option.secret === true ? { secret: true } : {}),
  }));
}
