import path from "node:path";
import { InstalledEnvironment } from "@millrace/python-packages";
import { LocalError } from "./local-error.ts";
import { type PluginSource, pluginDirectory } from "./plugin-source.ts";

/** What plugins can import beside Python's own library. */
export interface InstalledPackages {
  readonly sitePackages: string;
  readonly fingerprint: string;
  readonly prefix: string;
}

/** The packages of a server's environment directory: the one named, or `.venv` beside the plugin. */
export async function installedPackages(
  plugin: PluginSource,
  named: string | undefined,
  cwd: string,
): Promise<InstalledPackages | undefined> {
  const directory =
    named === undefined ? path.join(pluginDirectory(plugin), ".venv") : path.resolve(cwd, named);
  const installed = new InstalledEnvironment({ directory });
  await installed.open();
  const { state } = installed;
  if (state !== undefined) return { ...state, prefix: directory };
  if (named === undefined) return undefined;
  throw new LocalError(
    `${directory} holds no packages that Millrace installed`,
    "a server started with that --virtual-env-location fills it: influxdb3 install package <PACKAGE>",
  );
}
