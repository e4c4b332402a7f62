import { type Chain, lastOf } from "./chain.ts";
import { type OptionSpec, styledOption, styledPositional } from "./specs.ts";

/**
 * `Usage: influxdb3 show system --database <DATABASE_NAME> <COMMAND>`. With options that were used the line
 * names these and the required ones; without it is the general form.
 */
export function usageLine(chain: Chain, used: readonly OptionSpec[] = []): string {
  const command = lastOf(chain);
  const options = command.options ?? [];
  const parts = chain.map((one) => one.name);
  const required = options.filter((option) => option.required === true);
  const positionals = command.positionals ?? [];
  if (used.length === 0) {
    if (options.some((option) => option.required !== true && option.hidden !== true)) parts.push("[OPTIONS]");
    parts.push(...required.map(styledOption), ...positionals.map(styledPositional));
  } else {
    const named = new Set([...required, ...used.filter((option) => options.includes(option))]);
    parts.push(...[...named].map(styledOption));
    parts.push(...positionals.filter((one) => one.required === true).map(styledPositional));
  }
  if (command.children !== undefined) parts.push(chain.length === 1 ? "[COMMAND]" : "<COMMAND>");
  return `Usage: ${parts.join(" ")}`;
}
