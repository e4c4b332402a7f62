import { parentPort, workerData } from "node:worker_threads";
import { PackageError, reasonOf, systemClock } from "../foundation/index.ts";
import { type InstallResult, PackageInstaller } from "../installer/index.ts";
import { indexSettings } from "../settings/index.ts";
import type { FromThread, InstallJob } from "./job.ts";

/** The thread of one installation: reading pages and wheels keeps it busy for long at a time. */
async function install({ directory, packageIndex, variables, what }: InstallJob): Promise<InstallResult> {
  const installer = new PackageInstaller({
    directory,
    places: () => indexSettings(packageIndex, variables),
    clock: systemClock,
    report: (message) => tell({ kind: "report", message }),
  });
  if ("requests" in what) return await installer.install(what.requests, what.baseDirectory);
  return await installer.installFile(what.file, {
    readText: async (path) => {
      const text = what.texts[path];
      if (text === undefined) throw new PackageError("requirement", `${path} has changed meanwhile`);
      return text;
    },
  });
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

install(workerData as InstallJob).then(
  (result) => tell({ kind: "done", result }),
  (error: unknown) => {
    const kind = error instanceof PackageError ? error.kind : "environment";
    tell({ kind: "failed", error: { kind, message: reasonOf(error) } });
  },
);
