import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const made: string[] = [];

/** A directory of its own for one test; all of them go when the test process ends. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), `millrace-${purpose}-`));
  made.push(directory);
  return directory;
}

process.once("exit", () => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});
