import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { cleanEnvironment, repository } from "./support/cli.ts";

describe("quick start", function () {
  this.timeout(120_000);

  async function quickstart(): Promise<{ exitCode: number | null; output: string }> {
    const main = path.join(repository, "scripts", "quickstart", "main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, "--exit"], {
      cwd: repository,
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const [exitCode] = (await once(child, "close")) as [number | null];
    return { exitCode, output };
  }

  before(() => rmSync(path.join(repository, ".millrace", "quickstart"), { recursive: true, force: true }));

  it("shows a plugin test, a trigger and the rows it wrote, and ends with 0", async () => {
    const { exitCode, output } = await quickstart();
    assert.equal(exitCode, 0, output);
    assert.match(output, /\| Kitchen +\| 13 /, "the loaded data");
    assert.match(
      output,
      /would write to sensors +│ comfort,room=Kitchen verdict="too warm"/,
      "the plugin test",
    );
    assert.match(output, /\$ influxdb3 create trigger .* rate_rooms/, "the trigger");
    assert.match(output, /\| .*Kitchen.*too warm.*\|/, "the rows that the trigger wrote");
    assert.doesNotMatch(output, /\u001b\[/, "no colours when nobody looks on");
  });

  it("works again on the data of the first time", async () => {
    const { exitCode, output } = await quickstart();
    assert.equal(exitCode, 0, output);
  });
});
