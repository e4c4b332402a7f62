import type { ErrorBehavior, PluginArgument } from "@millrace/api";
import * as vscode from "vscode";
import {
  argumentsFor,
  specificationChoices,
  specificationProblem,
  suggestedName,
  type TriggerKind,
  triggerNameProblem,
} from "../../triggers/index.ts";

const TITLE = "Create a trigger";

export async function askSpecification(
  kind: TriggerKind,
  tables: readonly string[],
  plugin: string,
): Promise<string | undefined> {
  const choices = specificationChoices(kind, tables, plugin);
  const title = `${TITLE}: when it runs`;
  const chosen = await vscode.window.showQuickPick(choices, { title, ignoreFocusOut: true });
  if (chosen === undefined || !chosen.isToComplete) return chosen?.specification;
  const value = chosen.specification;
  return vscode.window.showInputBox({
    title,
    prompt: chosen.description,
    value,
    valueSelection: [value.indexOf(":") + 1, value.length],
    ignoreFocusOut: true,
    validateInput: (text) => specificationProblem(text, kind),
  });
}

/** Required arguments are asked for one by one; of the others, those that somebody wants to set. */
export async function askArguments(
  source: string,
  kind: TriggerKind,
): Promise<Readonly<Record<string, string>> | undefined> {
  const known = argumentsFor(source, kind);
  const optional = known.filter(({ required }) => !required);
  const wanted = optional.length === 0 ? [] : await chooseOptional(optional);
  if (wanted === undefined) return undefined;
  const given: Record<string, string> = {};
  for (const argument of [...known.filter(({ required }) => required), ...wanted]) {
    const value = await askArgument(argument);
    if (value === undefined) return undefined;
    given[argument.name] = value;
  }
  return given;
}

export async function askName(plugin: string, taken: readonly string[]): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `${TITLE}: its name`,
    prompt: "Name of the trigger in its database",
    value: suggestedName(plugin, taken),
    ignoreFocusOut: true,
    validateInput: (text) => triggerNameProblem(text, taken),
  });
}

export async function askErrorBehavior(): Promise<ErrorBehavior | undefined> {
  const items: (vscode.QuickPickItem & { behavior: ErrorBehavior })[] = [
    { label: "Log", description: "write the error to the log and go on", behavior: "log" },
    { label: "Retry", description: "run the plugin again on the same input", behavior: "retry" },
    { label: "Disable", description: "run it no more", behavior: "disable" },
  ];
  const title = `${TITLE}: when the plugin fails`;
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.behavior;
}

async function chooseOptional(
  optional: readonly PluginArgument[],
): Promise<readonly PluginArgument[] | undefined> {
  const items = optional.map((argument) => ({
    label: argument.name,
    description: argument.description,
    argument,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: `${TITLE}: optional arguments`,
    placeHolder: "Those that you want to set; none is fine",
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ argument }) => argument);
}

async function askArgument({
  name,
  description,
  example,
  required,
}: PluginArgument): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `${TITLE}: argument ${name}`,
    prompt: description === "" ? `Value of ${name}` : description,
    placeHolder: example === "" ? "" : `for example ${example}`,
    ignoreFocusOut: true,
    validateInput: (text) => (required && text === "" ? "The plugin needs this argument." : undefined),
  });
}
