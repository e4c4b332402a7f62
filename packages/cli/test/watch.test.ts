import assert from "node:assert/strict";
import type { Io } from "@millrace/cli";
import { localEnvironment, useProject } from "./support/local.ts";
import { type Result, runCli, words } from "./support/run-cli.ts";

const project = useProject();

/** A command that watches: its output can be waited for while it runs. */
class Watching {
  readonly ended: Promise<Result>;
  #text = "";
  #wake: () => void = () => {};
  #signal: Parameters<Io["signals"]["listen"]>[0] = () => {};

  constructor(line: string, tty: "stdout"[] = []) {
    this.ended = runCli(words(line), {
      cwd: project.directory,
      env: localEnvironment,
      tty,
      signals: {
        listen: (onSignal) => {
          this.#signal = onSignal;
          return () => {};
        },
        abort: () => {},
      },
      onOutput: (text) => {
        this.#text += text;
        this.#wake();
      },
    });
  }

  /** What was written up to and with the next time that the command waits for changes. */
  async nextRun(): Promise<string> {
    const marker = /[\s\S]*?Waiting for changes; Ctrl-C ends\.\n/;
    for (;;) {
      const match = marker.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match[0].length);
        return match[0];
      }
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const ended = await Promise.race([woken, this.ended]);
      if (ended !== undefined) assert.fail(`the command ended:\n${ended.stdout}${ended.stderr}`);
    }
  }

  async end(): Promise<Result> {
    this.#signal("SIGINT");
    return await this.ended;
  }
}

function plugin(text: string): string {
  return `def process_writes(influxdb3_local, table_batches, args=None):\n    influxdb3_local.info("${text}")\n`;
}

describe("--watch", function () {
  this.timeout(60_000);

  it("runs a plugin again when it or its input changes, until the user ends it", async () => {
    project.write({ "a.py": plugin("one"), "in.lp": "m v=1 5" });
    const command = new Watching("test wal_plugin --local --watch -d d --file in.lp a.py", ["stdout"]);
    assert.match(await command.nextRun(), /^\x1b\[2J[\s\S]*INFO: one/);
    project.write({ "a.py": plugin("changed") });
    assert.match(await command.nextRun(), /INFO: changed/);
    project.write({ "in.lp": "nonsense" });
    assert.match(await command.nextRun(), /line protocol parse failed/);
    assert.equal((await command.end()).code, 0);
  });

  it("runs a package again when one of its files changes", async () => {
    project.write({ "p/__init__.py": "from .b import process_writes\n", "p/b.py": plugin("one") });
    const command = new Watching(
      "test wal_plugin --local --watch -d d --lp m v=1 p".replace("m v=1", "'m v=1'"),
    );
    assert.match(await command.nextRun(), /INFO: one/);
    project.write({ "p/b.py": plugin("second") });
    assert.match(await command.nextRun(), /INFO: second/);
    await command.end();
  });

  it("runs cases again when their file or plugin changes, and outlives mistakes", async () => {
    const cases = (log: string) =>
      `cases: [{ name: n, trigger: writes, input: m v=1 1, expect: { logs: [${log}] } }]\n`;
    project.write({ "a.py": plugin("one"), "a.test.yaml": cases("INFO two") });
    const command = new Watching("test plugin --watch a.py");
    assert.match(await command.nextRun(), /1 failed/);
    project.write({ "a.py": plugin("two") });
    assert.match(await command.nextRun(), /1 passed/);
    project.write({ "a.test.yaml": "cases: [" });
    assert.match(await command.nextRun(), /a\.test\.yaml:1: /);
    project.write({ "a.test.yaml": cases("<any>") });
    assert.match(await command.nextRun(), /1 passed/);
    assert.equal((await command.end()).code, 0);
  });
});
