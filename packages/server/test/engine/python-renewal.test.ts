import assert from "node:assert/strict";
import type { PluginRuntime } from "@millrace/plugin-runtime";
import { PythonStarter } from "#src/engine/index.js";
import { systemClock } from "#src/foundation/index.js";

describe("a Python with new packages", () => {
  let edition: string;
  let making: { finish: (made: PluginRuntime) => void; fail: (error: Error) => void }[];
  let python: PythonStarter;
  beforeEach(() => {
    edition = "a";
    making = [];
    python = new PythonStarter({
      createRuntime: () =>
        new Promise<PluginRuntime>((finish, fail) => {
          making.push({ finish, fail });
        }),
      edition: () => edition,
      clock: systemClock,
      environment: {},
      limits: { heapMaxBytes: 1 },
    } as unknown as ConstructorParameters<typeof PythonStarter>[0]);
  });

  /** Which Python each interpreter was started with. */
  let started: string[];
  const named = (name: string): PluginRuntime =>
    ({
      startInterpreter: async () => {
        started.push(name);
        return { state: "idle" };
      },
    }) as unknown as PluginRuntime;
  const start = async () => {
    started = [];
    const interpreter = python.start();
    if (making.length === 1) making[0]!.finish(named("a"));
    await interpreter;
    return started.at(-1);
  };

  it("is made while plugins go on with the one before", async () => {
    assert.equal(await start(), "a");
    edition = "b";
    const renewal = python.renew();
    await Promise.resolve();
    assert.equal(await start(), "a");
    making[1]!.finish(named("b"));
    await renewal;
    assert.equal(await start(), "b");
  });

  it("is made once for installations that are done meanwhile, and not before one is needed", async () => {
    await python.renew();
    assert.equal(making.length, 0);
    await start();
    edition = "b";
    const renewals = [python.renew(), python.renew()];
    await Promise.resolve();
    making[1]!.finish(named("b"));
    await Promise.all(renewals);
    assert.equal(making.length, 2);
  });

  it("is tried again by the next start when it could not be made", async () => {
    await start();
    edition = "b";
    const renewal = python.renew();
    await Promise.resolve();
    making[1]!.fail(new Error("the disk is full"));
    await assert.rejects(renewal, /the disk is full/);
    started = [];
    const interpreter = python.start();
    making[2]!.finish(named("b"));
    await interpreter;
    assert.deepEqual(started, ["b"]);
  });
});
