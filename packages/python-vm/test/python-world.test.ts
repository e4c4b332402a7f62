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

  describe("files", () => {
    let small: Python;
    before(async () => {
      small = await startPython({ limits: { fileMaxBytes: 2 ** 20, filesMaxBytes: 16 * 2 ** 20 } });
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
      const source = "for i in range(30000): open(f'/tmp/n{i}', 'w').close()";
      assert.match(await small.evaluate(source, { softTimeoutMs: 20_000 }), /^!OSError: \[Errno 51\]/);
    });

    it("offer no pipes, which would hold bytes outside every bound", async () => {
      assert.match(await small.evaluate("import os\nos.pipe()"), /^!(PermissionError|OSError)/);
    });
  });
});
