import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runCli } from "./run-cli.ts";

/** The snapshot of Python is kept beside the build: making one takes seconds. */
export const localEnvironment = {
  XDG_CACHE_HOME: fileURLToPath(new URL("../../dist/.test-cache", import.meta.url)),
  LOCALAPPDATA: fileURLToPath(new URL("../../dist/.test-cache", import.meta.url)),
};

export interface Project {
  readonly directory: string;
  /** Writes files by their paths in the project. */
  write(files: Readonly<Record<string, string>>): void;
}

/** A directory for each test of the suite, removed after it; the sandbox is warm. */
export function useProject(): Project {
  let directory = "";
  before(async function () {
    this.timeout(180_000);
    const plugin = fileURLToPath(new URL("../fixtures/upload/single.py", import.meta.url));
    await runCli(["test", "wal_plugin", "--local", "-d", "d", "--lp", "m v=1", plugin], {
      env: localEnvironment,
    });
  });
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "millrace-cli-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  return {
    get directory() {
      return directory;
    },
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(directory, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    },
  };
}
