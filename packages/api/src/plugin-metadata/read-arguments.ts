import type { MetadataProblem, PluginArgument } from "./types.ts";

const KNOWN_KEYS = new Set(["name", "example", "description", "required"]);

/** Reads one list of arguments; what is wrong with it is told and left out. */
export function readArguments(key: string, value: unknown, problems: MetadataProblem[]): PluginArgument[] {
  if (value === undefined) return [];
  const error = (message: string): void => void problems.push({ severity: "error", message });
  if (!Array.isArray(value)) {
    error(`'${key}' must be a list of arguments`);
    return [];
  }
  const found = new Map<string, PluginArgument>();
  for (const [i, item] of value.entries()) {
    const argument = isRecord(item) ? item : {};
    const { name, example, description, required } = argument;
    if (typeof name !== "string" || name === "") {
      error(`${key}[${i}] needs a 'name'`);
      continue;
    }
    if (found.has(name)) error(`'${key}' names the argument '${name}' twice`);
    for (const unknown of Object.keys(argument).filter((it) => !KNOWN_KEYS.has(it))) {
      problems.push({ severity: "hint", message: `the argument '${name}' has an unknown key '${unknown}'` });
    }
    found.set(name, {
      name,
      example: textOf(example),
      description: textOf(description),
      required: required === true,
    });
  }
  return [...found.values()];
}

/** Examples are numbers now and then. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
