import assert from "node:assert/strict";
import { type Python, startPython } from "./support.ts";

describe("the world that Python sees", () => {
  let python: Python;
  before(async () => {
    python = await startPython({ environment: { PLUGIN_DIR: "/plugins" } });
  });
  after(() => python.close());

  it("has only the given environment", async () => {
    const source = "import os\nresult = sorted(os.environ.items())";
    assert.equal(await python.evaluate(source), "[('PLUGIN_DIR', '/plugins'), ('TZ', 'UTC')]");
  });

  it("lives in UTC whatever the host's zone", async () => {
    const source = `
import time, datetime
result = (time.tzname, time.timezone, time.localtime(86400).tm_hour, time.localtime(86400).tm_gmtoff,
          datetime.datetime(1970, 1, 2).timestamp(), datetime.datetime.now().astimezone().utcoffset())`;
    assert.equal(await python.evaluate(source), "(('UTC', 'UTC'), 0, 0, 0, 86400.0, datetime.timedelta(0))");
  });

  it("sleeps for as long as asked, and refuses what CPython refuses", async () => {
    const source =
      "import time\nstart = time.monotonic()\ntime.sleep(0.05)\nresult = 0.045 < time.monotonic() - start < 2";
    assert.equal(await python.evaluate(source), "True");
    assert.match(
      await python.evaluate("import time\ntime.sleep(-1)"),
      /^!ValueError: sleep length must be non-negative/,
    );
    assert.match(
      await python.evaluate("import time\ntime.sleep(float('nan'))"),
      /^!ValueError: Invalid value NaN/,
    );
    assert.match(await python.evaluate("import time\ntime.sleep('1s')"), /^!(TypeError|ValueError)/);
  });

  it("draws other random numbers than its sister interpreter", async () => {
    const sister = await startPython();
    try {
      const source = "import random, uuid\nresult = (random.random(), uuid.uuid4())";
      assert.notEqual(await python.evaluate(source), await sister.evaluate(source));
    } finally {
      await sister.close();
    }
  });

  it("has the standard modules that plugins use", async () => {
    const source = `
import uuid, random, hashlib, zlib, pickle, statistics, zoneinfo, logging, re, json, csv, decimal, dataclasses
import tomllib, sqlite3, datetime, collections, itertools, functools, math, time, base64, hmac, string, asyncio
import threading, concurrent.futures, urllib.parse, http.client, typing, enum, copy, textwrap, bisect, heapq
result = (hashlib.sha256(b"x").hexdigest()[:8], json.dumps({"a": [1, None]}), statistics.median([1, 2, 9]))`;
    assert.equal(await python.evaluate(source), "('2d711642', '{\"a\": [1, null]}', 2)");
  });

  it("passes what C code writes to its streams to the embedder", async () => {
    await python.evaluate("import os\nos.write(1, b'raw')\nresult = 1");
    const isRaw = (item: unknown) => item instanceof Uint8Array && Buffer.from(item).toString() === "raw";
    assert.ok(python.told.some(isRaw));
  });

  describe("concurrency", () => {
    it("runs coroutines to their end, with timers and tasks", async () => {
      const source = `
import asyncio, time
async def double(x):
    await asyncio.sleep(0.02)
    return 2 * x
async def main():
    async with asyncio.timeout(5):
        first = await asyncio.gather(*(double(n) for n in range(5)))
    second = await asyncio.to_thread(sum, first)
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except TimeoutError:
        return first, second, "timed out"
start = time.monotonic()
result = asyncio.run(main()), time.monotonic() - start < 1, asyncio.new_event_loop().run_until_complete(double(4))`;
      assert.equal(await python.evaluate(source), "(([0, 2, 4, 6, 8], 20, 'timed out'), True, 8)");
    });

    it("interrupts coroutines that sleep or spin", async () => {
      for (const body of ["await asyncio.sleep(60)", "while True: pass"]) {
        const source = `import asyncio\nasync def main():\n    ${body}\nasyncio.run(main())`;
        const end = await python.run(source, { softTimeoutMs: 100, graceMs: 3000 });
        assert.ok(end.kind === "done" && end.timedOut);
        assert.equal(end.response, "!KeyboardInterrupt: ");
      }
    });

    it("runs threads where they are started", async () => {
      const source = `
import threading, concurrent.futures
done = []
threads = [threading.Thread(target=done.append, args=(n,)) for n in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    squares = list(pool.map(lambda n: n * n, range(4)))
    failed = pool.submit(lambda: 1 / 0)
result = done, [thread.is_alive() for thread in threads], squares, type(failed.exception()).__name__`;
      assert.equal(
        await python.evaluate(source),
        "([0, 1, 2], [False, False, False], [0, 1, 4, 9], 'ZeroDivisionError')",
      );
    });
  });

  describe("files", () => {
    let small: Python;
    before(async () => {
      small = await startPython({
        limits: { fileMaxBytes: 2 ** 20, filesMaxBytes: 16 * 2 ** 20, filesMaxCount: 500 },
      });
    });
    after(() => small.close());

    it("can be written and read", async () => {
      const source = "open('/tmp/a', 'w').write('hi')\nresult = open('/tmp/a').read()";
      assert.equal(await small.evaluate(source), "hi");
    });

    it("are bounded one by one, however they grow", async () => {
      const ways = [
        "open('/tmp/big', 'wb').write(bytes(2 ** 21))",
        "file = open('/tmp/big2', 'wb')\nfor _ in range(100): file.write(bytes(2 ** 16)); file.flush()",
        "import os\nos.truncate(os.open('/tmp/big3', os.O_CREAT | os.O_RDWR), 2 ** 21)",
        "file = open('/tmp/big4', 'wb')\nfile.seek(2 ** 30)\nfile.write(b'x')\nfile.flush()",
      ];
      for (const source of ways) assert.match(await small.evaluate(source), /^!OSError: \[Errno 51\]/);
    });

    it("are bounded together, and deleting gives the room back", async () => {
      const fill = "for i in range(64):\n    open(f'/tmp/f{i}', 'wb').write(bytes(2 ** 19))";
      assert.match(await small.evaluate(fill), /^!OSError: \[Errno 51\]/);
      const clean = "import os\nfor name in os.listdir('/tmp'): os.unlink(f'/tmp/{name}')";
      assert.equal(
        await small.evaluate(`${clean}\nopen('/tmp/f', 'wb').write(bytes(2 ** 19))\nresult = 'fits'`),
        "fits",
      );
    });

    it("are bounded in number", async () => {
      const source = "for i in range(1000): open(f'/tmp/n{i}', 'w').close()";
      assert.match(await small.evaluate(source), /^!OSError: \[Errno 51\]/);
    });

    it("offer no pipes, which would hold bytes outside every bound", async () => {
      assert.match(await small.evaluate("import os\nos.pipe()"), /^!(PermissionError|OSError)/);
    });
  });
});
