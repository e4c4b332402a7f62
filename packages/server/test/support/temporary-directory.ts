import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A directory for each test of the suite, removed after it. */
export function temporaryDirectory(): { readonly path: string } {
  let current = "";
  beforeEach(() => {
    current = mkdtempSync(path.join(tmpdir(), "millrace-test-"));
  });
  afterEach(() => rmSync(current, { recursive: true, force: true }));
  return {
    get path() {
      return current;
    },
  };
}
