import assert from "node:assert/strict";
import { WallClock } from "#src/clock/index.js";
import { type Python, startPython } from "./support.ts";

const NOON_NS = "1767268800123456789"; // 2026-01-01T12:00:00.123456789Z
const YEAR_1950_NS = "-631152000000000000";

describe("wall clock", () => {
  it("is finer than the system's, and follows it", () => {
    let systemMs = 1000;
    let monotonicMs = 5;
    const clock = new WallClock(
      () => systemMs,
      () => monotonicMs,
    );
    assert.equal(clock.nowNs(), 1_000_000_000n);
    monotonicMs += 0.25;
    assert.equal(clock.nowNs(), 1_000_250_000n);
    monotonicMs += 7;
    assert.equal(clock.nowNs(), 1_000_999_999n);
    systemMs = 1001;
    assert.equal(clock.nowNs(), 1_001_000_000n);
    systemMs = 500; // set back by its administrator
    assert.equal(clock.nowNs(), 500_000_000n);
  });
});

describe("time of day in Python", () => {
  let python: Python;
  const evaluate = (source: string) => python.evaluate(source);
  const freeze = (ns: string | null) =>
    evaluate(`import _millrace\n_millrace.freeze(${ns === null ? "None" : JSON.stringify(ns)})`);

  before(async () => {
    python = await startPython();
  });
  after(() => python.close());
  afterEach(() => freeze(null));

  it("is the system's, and moves between two looks", async () => {
    const before = Date.now();
    const seconds = Number(await evaluate("import time; result = repr(time.time())"));
    assert.ok(seconds * 1000 >= before - 1 && seconds * 1000 <= Date.now() + 1);
    assert.equal(
      await evaluate(
        "stamps = [time.time_ns() for time in [__import__('time')] * 200]; result = stamps == sorted(stamps) and len(set(stamps)) > 50",
      ),
      "True",
    );
  });

  it("stands still for every way to ask when it is frozen", async () => {
    await freeze(NOON_NS);
    const answers = await evaluate(`
import datetime, logging, os, pathlib, time, uuid
record = logging.LogRecord("n", 20, "p", 1, "m", (), None)
pathlib.Path("/tmp/fresh").write_text("x")
utc = datetime.timezone.utc
result = "\\n".join(map(str, [
    time.time_ns(), time.clock_gettime_ns(time.CLOCK_REALTIME), int(time.time()),
    datetime.datetime.now(), datetime.datetime.now(utc), datetime.date.today(),
    time.strftime("%H:%M:%S", time.gmtime()), time.strftime("%H:%M:%S", time.localtime()), time.ctime(),
    int(record.created), record.msecs,
    datetime.datetime.fromtimestamp(os.path.getmtime("/tmp/fresh"), utc),
    (uuid.uuid1().time - 0x01b21dd213814000) // 10_000_000,
]))`);
    assert.deepEqual(answers.split("\n"), [
      NOON_NS,
      NOON_NS,
      "1767268800",
      "2026-01-01 12:00:00.123456",
      "2026-01-01 12:00:00.123456+00:00",
      "2026-01-01",
      "12:00:00",
      "12:00:00",
      "Thu Jan  1 12:00:00 2026",
      "1767268800",
      "123.0",
      "2026-01-01 12:00:00.123000+00:00",
      "1767268800",
    ]);
    assert.match(
      await evaluate(
        "import datetime, warnings; warnings.simplefilter('ignore'); result = datetime.datetime.utcnow()",
      ),
      /^2026-01-01 12:00:00\.123/,
    );
  });

  it("does not go back before 1970, which the C library could not tell", async () => {
    await freeze(YEAR_1950_NS);
    assert.equal(
      await evaluate("import datetime, time; result = (datetime.datetime.now().isoformat(), time.time_ns())"),
      "('1970-01-01T00:00:00', 0)",
    );
  });

  it("leaves monotonic clocks, sleep, timers and deadlines alone", async () => {
    await freeze(NOON_NS);
    const [slept, waited] = (
      await evaluate(`
import asyncio, threading, time
start = time.monotonic()
time.sleep(0.02)
slept = time.monotonic() - start
start = time.perf_counter()
asyncio.run(asyncio.sleep(0.02))
result = f"{slept} {time.perf_counter() - start}"`)
    )
      .split(" ")
      .map(Number);
    assert.ok(slept! >= 0.02 && waited! >= 0.019, `${slept} ${waited}`);
    const end = await python.run("while True: pass", { softTimeoutMs: 50 });
    assert.ok(end.kind === "done" && end.timedOut);
  });

  it("goes on when it is let go", async () => {
    await freeze(NOON_NS);
    await freeze(null);
    const seconds = Number(await evaluate("import time; result = repr(time.time())"));
    assert.ok(Math.abs(seconds * 1000 - Date.now()) < 1000);
  });
});
