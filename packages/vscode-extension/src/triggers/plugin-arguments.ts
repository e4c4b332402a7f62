import { type MetadataKind, type PluginArgument, readPluginMetadata } from "@millrace/api";
import type { TestItem } from "@millrace/language-server/protocol";

/** What runs a plugin, in the words of lenses. */
export type TriggerKind = MetadataKind;

/** The arguments that a plugin says it understands, required ones first; none when it does not say. */
export function argumentsFor(source: string, kind: TriggerKind): readonly PluginArgument[] {
  const { metadata } = readPluginMetadata(source);
  const known = metadata?.arguments[kind] ?? [];
  return [...known.filter(({ required }) => required), ...known.filter(({ required }) => !required)];
}

const KINDS: Readonly<Record<TestItem["trigger"], TriggerKind>> = {
  writes: "onwrite",
  schedule: "scheduled",
  request: "http",
};

/** What calls a function, by the word that tests have for it. */
export function kindOfTest(trigger: TestItem["trigger"]): TriggerKind {
  return KINDS[trigger];
}

/** Values for the arguments that a plugin cannot do without, as far as its description has examples. */
export function exampleArguments(source: string, kind: TriggerKind): Readonly<Record<string, string>> {
  const needed = argumentsFor(source, kind).filter(({ required, example }) => required && example !== "");
  return Object.fromEntries(needed.map(({ name, example }) => [name, example]));
}
