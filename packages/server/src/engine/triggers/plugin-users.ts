import type { EngineCatalog } from "./running-trigger.ts";

/** The plugin that the first trigger of a name runs, whatever its database. */
export function pluginOfTrigger(catalog: EngineCatalog, name: string): string | undefined {
  for (const database of catalog.databases()) {
    const trigger = database.deleted ? undefined : database.trigger(name);
    if (trigger !== undefined) return trigger.pluginFilename;
  }
  return undefined;
}

/** Which triggers run which plugin, as `database/name` by the path that `pathOf` makes of the plugin's name. */
export function pluginUsers(
  catalog: EngineCatalog,
  pathOf: (pluginFilename: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const database of catalog.databases()) {
    if (database.deleted) continue;
    for (const { name, pluginFilename } of database.triggers()) {
      const path = pathOf(pluginFilename);
      const known = users.get(path);
      const user = `${database.name}/${name}`;
      if (known === undefined) users.set(path, [user]);
      else known.push(user);
    }
  }
  return users;
}
