import assert from "node:assert/strict";
import { rootCommand } from "#src/commands/index.js";
import type { CommandSpec, OptionSpec } from "#src/parser/index.js";
import { runCli } from "./support/run-cli.ts";

interface Leaf {
  path: string[];
  options: OptionSpec[];
}

function everyCommand(command: CommandSpec, path: string[] = [], above: OptionSpec[] = []): Leaf[] {
  const options = path.length === 0 ? [] : [...above, ...(command.options ?? [])];
  const below = (command.children ?? []).flatMap((child) =>
    everyCommand(child, [...path, child.name], options),
  );
  return path.length === 0 ? below : [{ path, options }, ...below];
}

const commands = everyCommand(rootCommand).filter(({ path }) => path[0] !== "version");
const SECRET = { INFLUXDB3_AUTH_TOKEN: "apiv3_secret", INFLUXDB3_DATABASE_NAME: "shown" };

describe("help", () => {
  it("covers the whole tree", () => {
    assert.ok(commands.length >= 25, String(commands.length));
  });

  for (const { path, options } of commands) {
    it(`${path.join(" ")} -h lists its options and no secret`, async () => {
      for (const argv of [
        [...path, "-h"],
        [...path, "--help"],
        ["help", ...path],
        [...path, "--help-all"],
      ]) {
        const result = await runCli(argv, { env: SECRET });
        assert.deepEqual([result.code, result.stderr], [0, ""], argv.join(" "));
        assert.match(result.stdout, new RegExp(`Usage: influxdb3 ${path.join(" ")}`));
        for (const option of options.filter((one) => one.hidden !== true)) {
          assert.ok(result.stdout.includes(`--${option.name}`), `${path.join(" ")}: --${option.name}`);
          if (option.env) assert.ok(result.stdout.includes(option.env[0]!), option.env[0]);
        }
        assert.ok(!result.stdout.includes("apiv3_secret"));
        for (const line of result.stdout.split("\n")) assert.ok(line.length <= 130, line);
        const usage = result.stdout.split("\n\n")[1]!;
        for (const line of usage.split("\n")) assert.ok(line.length <= 100, line);
      }
    });
  }

  it("shows what variables are set to, unless secret", async () => {
    const { stdout } = await runCli(["query", "-h"], { env: SECRET });
    assert.match(stdout, /\[env: INFLUXDB3_DATABASE_NAME=shown\]/);
    assert.match(stdout, /\[env: INFLUXDB3_AUTH_TOKEN\]/);
  });

  it("the overview groups commands by their use", async () => {
    for (const argv of [["-h"], ["--help"], ["help"]]) {
      const result = await runCli(argv);
      assert.equal(result.code, 0);
      const order = [
        "Common Commands:",
        "serve",
        "query, q",
        "write, w",
        "update",
        "Resource Management:",
        "create",
      ];
      let from = 0;
      for (const text of [
        ...order,
        "show",
        "delete",
        "enable",
        "disable",
        "System Management:",
        "test",
        "--version",
      ]) {
        from = result.stdout.indexOf(text, from);
        assert.ok(from !== -1, text);
      }
      assert.match(result.stdout, /--help-all'\.\n$/);
    }
    const long = await runCli(["--help-all"]);
    assert.match(long.stdout, /--io-runtime-type/);
  });

  it("wins over everything that is missing or wrong", async () => {
    for (const argv of [
      ["query", "--foo", "-h"],
      ["write", "-d", "-h"],
      ["create", "trigger", "--help", "--trigger-spec", "nonsense"],
      ["show", "system", "-h", "table"],
      ["create", "help"],
      ["create", "help", "table"],
      ["serve", "--gen1-duration", "3h", "-vh"],
    ]) {
      const result = await runCli(argv);
      assert.deepEqual([result.code, result.stderr], [0, ""], argv.join(" "));
      assert.match(result.stdout, /Usage: influxdb3 /);
    }
  });

  it("is a plain word after --", async () => {
    const result = await runCli(["query", "-d", "d", "--host", "http://127.0.0.1:1", "--", "-h"]);
    assert.match(result.stderr, /^Query command failed: failed to send/);
  });
});
