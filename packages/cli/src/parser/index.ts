export { type Chain, childOf, lastOf, optionsOf } from "./chain.ts";
export { type Collected, collect } from "./collect.ts";
export { isUsageError, UsageError, unexpectedArgument } from "./errors.ts";
export { type Located, locate } from "./locate.ts";
export { type Normalised, normalise } from "./normalise.ts";
export { envText, resolve } from "./resolve.ts";
export {
  type CommandSpec,
  kindOf,
  metavarOf,
  type OptionKind,
  type OptionSpec,
  type PositionalSpec,
  styledOption,
  styledPositional,
  takesValue,
} from "./specs.ts";
export type { HelpKind } from "./tokens.ts";
export { usageLine } from "./usage.ts";
export { type FieldSpec, type OptionValue, Values } from "./values.ts";
