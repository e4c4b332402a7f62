import path from "node:path";
import { InstalledEnvironment } from "@millrace/python-packages";

/** What plugins can import beside Python's own library. */
export interface InstalledPackages {
  readonly sitePackages: string;
  readonly fingerprint: string;
  readonly prefix: string;
}

/** The packages that a server installed into `.venv` beside the plugins, as the command line's tests use them. */
export async function installedPackages(directory: string): Promise<InstalledPackages | undefined> {
  const prefix = path.join(directory, ".venv");
  const installed = new InstalledEnvironment({ directory: prefix });
  await installed.open();
  const { state } = installed;
  return state === undefined ? undefined : { ...state, prefix };
}
