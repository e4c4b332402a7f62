import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type RunningServer, startServer } from "./support/server.ts";

const program = fileURLToPath(new URL("../bin/millrace-language-server.mjs", import.meta.url));

describe("millrace-language-server, as it is installed", () => {
  let server: RunningServer;

  before(async () => {
    assert.ok(existsSync(new URL("../bundle/main.js", import.meta.url)), "run `npm run build` first");
    server = await startServer({ program, env: { PATH: "" } });
  });

  after(() => server.stop());

  it("finds the type checker, and needs no Python", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.«inof»("x")
    `);
    await file.expect("unknown-member");
  });
});
