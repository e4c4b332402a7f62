import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface TemporaryDirectory {
  readonly path: string;
  remove(): void;
}

export function makeTemporaryDirectory(): TemporaryDirectory {
  const made = mkdtempSync(path.join(tmpdir(), "millrace-tests-"));
  return { path: made, remove: () => rmSync(made, { recursive: true, force: true }) };
}
