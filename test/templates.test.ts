import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { influxdb3, repository } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";

const TEMPLATES = readdirSync(path.join(repository, "templates"));

describe("plugin templates", function () {
  this.timeout(120_000);
  const env = { XDG_CACHE_HOME: temporaryDirectory("template-cache") };

  it("are one for each kind of trigger, and one of several files", () => {
    assert.deepEqual(TEMPLATES.sort(), ["multi-file", "request", "schedule", "wal"]);
  });

  it("all cases of all of them pass, just as a user starts from them", async () => {
    const cwd = temporaryDirectory("templates");
    for (const template of TEMPLATES) {
      const created = await influxdb3(["init", "plugin", "--template", template, template], { cwd, env });
      assert.equal(created.exitCode, 0, created.stderr);
      assert.match(created.stdout, new RegExp(`influxdb3 test plugin ${template}\n`));
    }
    const tested = await influxdb3(["test", "plugin"], { cwd, env });
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
    for (const template of TEMPLATES) {
      const count = tested.stdout.split(`${template}/`)[1]?.match(/✓/g)?.length ?? 0;
      assert.ok(count >= 2, `${template} has ${count} cases:\n${tested.stdout}`);
    }
  });

  it("never overwrite anything", async () => {
    const cwd = temporaryDirectory("templates-twice");
    assert.equal((await influxdb3(["init", "plugin"], { cwd, env })).exitCode, 0);
    const again = await influxdb3(["init", "plugin"], { cwd, env });
    assert.equal(again.exitCode, 1);
    assert.match(
      again.stderr,
      /has README\.md and .* already, which would be overwritten\n {2}hint: name another/,
    );
    const other = await influxdb3(["init", "plugin", "--template", "request", "other"], { cwd, env });
    assert.equal(other.exitCode, 0);
  });

  it("have commands in their READMEs that the command line knows", async () => {
    const cwd = temporaryDirectory("templates-local");
    await influxdb3(["init", "plugin", "--template", "multi-file"], { cwd, env });
    const run = await influxdb3(
      [
        ...["test", "wal_plugin", "--local", "-d", "sensors", "--lp", "home temp=20 5"],
        ...["--input-arguments", "table=home,units=temp:celsius:fahrenheit", "unit_converter"],
      ],
      { cwd, env },
    );
    assert.equal(run.exitCode, 0, run.stderr);
    assert.deepEqual((JSON.parse(run.stdout) as Record<string, unknown>)["database_writes"], {
      sensors: ["home_converted temp_fahrenheit=68.0 5"],
    });
  });
});
