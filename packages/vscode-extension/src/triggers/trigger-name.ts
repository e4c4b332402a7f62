export function triggerNameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name.trim() === "") return "Give the trigger a name.";
  return taken.includes(name) ? `The database has a trigger '${name}' already.` : undefined;
}

/** The plugin's name, with a number when it is taken. */
export function suggestedName(plugin: string, taken: readonly string[]): string {
  const stem = plugin.replace(/\.py$/, "").replace(/[^A-Za-z0-9_-]/g, "_") || "trigger";
  let name = stem;
  for (let number = 2; taken.includes(name); number++) name = `${stem}_${number}`;
  return name;
}
