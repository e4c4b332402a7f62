import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { S3Config } from "#src/config/index.js";
import { systemClock } from "#src/foundation/index.js";
import { type ObjectStore, S3Error, S3Store, type S3StoreOptions } from "#src/object-store/index.js";
import { type S3Rig, startS3 } from "../support/s3/start-s3.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { clockThatFollows } from "./clocks.ts";
import { bytes, storeContract, text } from "./contract.ts";
import { s3Config } from "./s3-config.ts";

describe("the S3 store", () => {
  let rig: S3Rig;
  const stores: S3Store[] = [];
  const directory = temporaryDirectory();
  const soon = async () => {};

  before(async () => {
    rig = await startS3();
  });
  after(() => rig.stop());
  afterEach(async () => {
    rig.proxy.rules = [];
    rig.proxy.seen.length = 0;
    for (const store of stores.splice(0)) await store.close();
  });

  function make(changes: Partial<S3Config> = {}, options: Partial<S3StoreOptions> = {}): S3Store {
    const store = new S3Store({ config: s3Config(rig, changes), wait: soon, ...options });
    stores.push(store);
    return store;
  }

  let suites = 0;
  storeContract(() => below(`suite${++suites}/`, make()));

  it("reads ranges, and tells the size of the whole", async () => {
    const store = make();
    await store.put("range/k", bytes("0123456789"));
    assert.deepEqual(await store.readRange("range/k", 2, 3), { bytes: bytes("234"), totalBytes: 10 });
    assert.deepEqual(await store.readRange("range/k", 8, 100), { bytes: bytes("89"), totalBytes: 10 });
    assert.equal(await store.readRange("range/none", 0, 1), undefined);
    rig.proxy.rules = [{ fault: "error", status: 416, code: "InvalidRange" }];
    assert.deepEqual(await store.readRange("range/empty", 0, 5), { bytes: new Uint8Array(0), totalBytes: 0 });
  });

  it("lists more objects than one page holds", async () => {
    const store = make();
    rig.proxy.pageSize = 3;
    const keys = Array.from({ length: 7 }, (_, i) => `pages/${i}`);
    for (const key of keys) await store.put(key, bytes("x"));
    rig.proxy.seen.length = 0;
    assert.deepEqual(
      (await store.list("pages/")).map(({ key }) => key),
      keys,
    );
    assert.deepEqual(rig.proxy.counts(), { GET: 3 });
    // A page that is lost is asked for again, not the whole list.
    rig.proxy.rules = [{ fault: "truncate", method: "GET", every: 2 }];
    assert.equal((await store.list("pages/")).length, 7);
    rig.proxy.pageSize = 1_000;
  });

  it("takes bytes that threads share", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    const store = make();
    await store.put("shared", shared.subarray(1, 3));
    assert.deepEqual(await store.get("shared"), Buffer.from([2, 3]));
  });

  for (const fault of ["error", "error-after", "reset", "reset-after"] as const) {
    it(`stores, lists, reads and deletes through "${fault}"`, async () => {
      const store = make();
      rig.proxy.rules = [{ fault, every: 2 }];
      for (const key of [1, 2, 3].map((i) => `${fault}/${i}`)) {
        assert.equal(await store.put(key, bytes(key)), "written");
        assert.equal(text(await store.get(key)), key);
      }
      assert.equal((await store.list(`${fault}/`)).length, 3);
      await store.delete(`${fault}/1`);
      assert.equal((await store.list(`${fault}/`)).length, 2);
      assert.ok(store.retries > 3);
    });
  }

  it("agrees with its clients about every object, whatever the network does", async () => {
    const seed = randomBytes(4).readUInt32LE(0);
    const chaos = await startS3({ seed });
    try {
      const store = new S3Store({ config: s3Config(chaos, { maxRetries: 100 }), wait: soon });
      stores.push(store);
      chaos.proxy.rules = (["error", "error-after", "reset", "reset-after", "truncate"] as const).map(
        (fault) => ({
          fault,
          chance: 0.1,
        }),
      );
      // Each key is created by three clients at once; a nonce tells whose it became.
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          const [key, nonce] = [`chaos/${Math.floor(i / 3)}`, `nonce ${i}`];
          const outcome = await store.put(key, bytes(nonce), { ifNoneMatch: true });
          return { key, outcome, nonce, found: text(await store.get(key)) };
        }),
      );
      const objects = (await store.list("chaos/")).map(({ key }) => key);
      assert.deepEqual(objects, [...new Set(outcomes.map(({ key }) => key))].sort());
      for (const { key, outcome, nonce, found } of outcomes) {
        assert.equal(found, text(await store.get(key)), key);
        if (outcome === "written") assert.equal(found, nonce);
      }
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    } finally {
      await chaos.stop();
    }
  });

  it("tells that its own object exists when the answer to the write that made it was lost", async () => {
    for (const fault of ["error-after", "reset-after"] as const) {
      rig.proxy.rules = [{ fault, method: "PUT", times: 1 }];
      const store = make();
      assert.equal(await store.put(`own/${fault}`, bytes("mine"), { ifNoneMatch: true }), "exists");
      assert.equal(text(await store.get(`own/${fault}`)), "mine");
    }
  });

  it("tells that its own object was changed when the answer to the write that did it was lost", async () => {
    for (const fault of ["error-after", "reset-after"] as const) {
      const store = make();
      await store.put(`changed/${fault}`, bytes("old"));
      const old = await store.get(`changed/${fault}`);
      rig.proxy.rules = [{ fault, method: "PUT", times: 1 }];
      assert.equal(await store.put(`changed/${fault}`, bytes("mine"), { ifUnchanged: old! }), "changed");
      assert.equal(text(await store.get(`changed/${fault}`)), "mine");
    }
  });

  it("lets one of many win that replace the same object", async () => {
    const store = make();
    await store.put("race", bytes("old"));
    const old = await store.get("race");
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.put("race", bytes(`from ${i}`), { ifUnchanged: old! })),
    );
    assert.equal(results.filter((result) => result === "written").length, 1);
    assert.equal(results.filter((result) => result === "changed").length, 7);
    assert.equal(text(await store.get("race")), `from ${results.indexOf("written")}`);
  });

  it("does not replace what is newer with a write that comes late", async () => {
    const store = make({ maxRetries: 0 });
    await store.put("overtaken", bytes("old"));
    const old = await store.get("overtaken");
    rig.proxy.rules = [{ fault: "late", method: "PUT", times: 2, delayMs: 20 }];
    await assert.rejects(store.put("overtaken", bytes("late"), { ifUnchanged: old! }), S3Error);
    await assert.rejects(store.put("created", bytes("late"), { ifNoneMatch: true }), S3Error);
    assert.equal(await store.put("overtaken", bytes("new"), { ifUnchanged: old! }), "written");
    await rig.proxy.settled();
    assert.equal(text(await store.get("overtaken")), "new");
    assert.equal(text(await store.get("created")), "late");
  });

  it("asks once more about a replacement when the service sees a conflict", async () => {
    const store = make();
    await store.put("conflict/replaced", bytes("x"));
    const old = await store.get("conflict/replaced");
    const code = "ConditionalRequestConflict";
    rig.proxy.rules = [{ fault: "error", method: "PUT", status: 409, code, times: 2 }];
    assert.equal(await store.put("conflict/replaced", bytes("y"), { ifUnchanged: old! }), "written");
    assert.equal(store.retries, 2);
  });

  it("replaces nothing of which it cannot tell whether it is still the same", async () => {
    const store = make();
    await store.put("untagged", bytes("x"));
    rig.proxy.withoutTags = true;
    const old = await store.get("untagged");
    await assert.rejects(
      store.put("untagged", bytes("y"), { ifUnchanged: old! }),
      /cannot replace "untagged" in bucket .*no ETag.*conditional writes$/,
    );
    rig.proxy.withoutTags = false;
    assert.equal(await store.put("untagged", bytes("y"), { ifUnchanged: old! }), "written");
  });

  it("never takes a body that was cut off for the whole", async () => {
    const store = make();
    const content = Buffer.alloc(100_000, "x");
    await store.put("cut/k", content);
    await store.put("cut/other", content);
    rig.proxy.rules = [{ fault: "truncate", method: "GET", times: 2 }];
    assert.deepEqual(await store.get("cut/k"), content);
    rig.proxy.rules = [{ fault: "truncate", method: "GET", times: 2 }];
    assert.equal((await store.readRange("cut/k", 10, 50_000))?.bytes.length, 50_000);
    rig.proxy.rules = [{ fault: "truncate", method: "GET", times: 2 }];
    assert.equal((await store.list("cut/")).length, 2);
    assert.equal(store.retries, 6);
    rig.proxy.rules = [{ fault: "truncate", method: "GET" }];
    await assert.rejects(store.get("cut/k"), /cannot read "cut\/k" .*it cannot be reached/);
  });

  it("asks again when no answer comes in time", async () => {
    const store = make({ requestTimeoutMs: 500 });
    await store.put("late", bytes("x"));
    rig.proxy.rules = [{ fault: "hang", method: "GET", times: 1 }];
    // The proxy serves one request of a key at a time, and the first never ends there.
    assert.equal(text(await store.get("late")), "x");
    assert.equal(store.retries, 1);
  });

  it("waits for slow answers within the deadline", async () => {
    const store = make();
    rig.proxy.rules = [{ fault: "slow", delayMs: 30 }];
    await store.put("slow", bytes("x"));
    assert.equal(text(await store.get("slow")), "x");
    assert.equal(store.retries, 0);
  });

  it("gives up after the configured attempts, and says so", async () => {
    const attempts: number[] = [];
    const store = make({ maxRetries: 3 }, { onRetry: (_error, attempt) => attempts.push(attempt) });
    rig.proxy.rules = [{ fault: "error", status: 503, code: "SlowDown" }];
    await assert.rejects(store.put("k", bytes("x")), (error) => {
      assert.ok(error instanceof S3Error);
      assert.equal(error.status, 503);
      assert.match(
        error.message,
        /^cannot write "k" in bucket "bucket" at http.*answered 503 \(SlowDown\): injected$/,
      );
      return true;
    });
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.deepEqual(rig.proxy.counts(), { PUT: 4 });
  });

  it("begins no attempt after the retry timeout, and waits longer each time", async () => {
    const waits: number[] = [];
    const store = make(
      { maxRetries: 1000, retryTimeoutMs: 3_000 },
      { wait: async (delayMs) => void waits.push(delayMs), clock: clockThatFollows(waits) },
    );
    rig.proxy.rules = [{ fault: "error" }];
    await assert.rejects(store.get("k"), S3Error);
    const total = waits.reduce((sum, waitMs) => sum + waitMs, 0);
    assert.ok(total > 800 && total <= 3_000, `waited ${waits}`);
    for (const [i, waitMs] of waits.entries()) {
      assert.ok(waitMs >= 50 * 2 ** i && waitMs <= 100 * 2 ** i, `wait ${i}: ${waitMs}`);
    }
  });

  it("looks whether the object is there when the service sees a conflict", async () => {
    const store = make();
    await store.put("conflict/there", bytes("x"));
    const conflict = {
      fault: "error",
      method: "PUT",
      status: 409,
      code: "ConditionalRequestConflict",
    } as const;
    rig.proxy.rules = [conflict];
    assert.equal(await store.put("conflict/there", bytes("y"), { ifNoneMatch: true }), "exists");
    rig.proxy.rules = [{ ...conflict, times: 2 }];
    assert.equal(await store.put("conflict/new", bytes("y"), { ifNoneMatch: true }), "written");
  });

  describe("credentials", () => {
    it("are left out when requests need no signature", async () => {
      await make({ credentials: { kind: "anonymous" } }).put("anonymous", bytes("x"));
      assert.equal(rig.proxy.seen[0]?.headers.authorization, undefined);
    });

    it("come with their session token", async () => {
      const credentials = {
        kind: "keys",
        accessKeyId: "S3RVER",
        secretAccessKey: "S3RVER",
        sessionToken: "t0",
      } as const;
      await make({ credentials }).get("any");
      assert.equal(rig.proxy.seen[0]?.headers["x-amz-security-token"], "t0");
    });

    it("that the service does not accept are named", async () => {
      const credentials = {
        kind: "keys",
        accessKeyId: "NOBODY",
        secretAccessKey: "x",
        sessionToken: undefined,
      } as const;
      await assert.rejects(
        make({ credentials }).get("any"),
        /does not accept the credentials \(InvalidAccessKeyId\)/,
      );
    });

    const write = (file: string, content: object) => writeFileSync(file, JSON.stringify(content));
    const keyIds = () =>
      rig.proxy.seen.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1]);

    it("are read from the file again when they expire or are refused", async () => {
      const file = path.join(directory.path, "keys.json");
      let nowMs = 1_700_000_000_000;
      const clock = { ...systemClock, nowMs: () => nowMs };
      const good = { aws_access_key_id: "S3RVER", aws_secret_access_key: "S3RVER" };
      write(file, { ...good, aws_session_token: "one", expiry: nowMs / 1000 + 600 });
      const store = make({ credentials: { kind: "file", path: file } }, { clock });
      const token = async () => {
        rig.proxy.seen.length = 0;
        await store.get("any");
        return rig.proxy.seen.at(-1)?.headers["x-amz-security-token"];
      };
      assert.equal(await token(), "one");
      write(file, { ...good, aws_session_token: "two" });
      assert.equal(await token(), "one");
      nowMs += 600_000;
      assert.equal(await token(), "two");
      write(file, { ...good, aws_session_token: "three" });
      nowMs += 3_599_000;
      assert.equal(await token(), "two");
      nowMs += 1_000;
      assert.equal(await token(), "three");
      write(file, { ...good, aws_session_token: "four" });
      rig.proxy.rules = [{ fault: "error", status: 403, code: "ExpiredToken", times: 1 }];
      assert.equal(await token(), "four");
    });

    it("are asked for again only once when they stay refused", async () => {
      const file = path.join(directory.path, "keys.json");
      write(file, { aws_access_key_id: "NOBODY", aws_secret_access_key: "x" });
      await assert.rejects(
        make({ credentials: { kind: "file", path: file } }).get("any"),
        /InvalidAccessKeyId/,
      );
      assert.deepEqual(keyIds(), ["NOBODY", "NOBODY"]);
    });

    for (const [content, complaint] of [
      [undefined, /cannot read the credentials file ".*": no such file.*--aws-credentials-file$/],
      ["{", /holds no keys: it must be a JSON object with "aws_access_key_id"/],
      ["{}", /holds no keys/],
    ] as const) {
      it(`from a file with ${content ?? "no existence"} are explained at once`, async () => {
        const file = path.join(directory.path, "keys.json");
        if (content !== undefined) writeFileSync(file, content);
        await assert.rejects(make({ credentials: { kind: "file", path: file } }).get("any"), complaint);
        assert.equal(rig.proxy.seen.length, 0);
      });
    }
  });

  describe("failures", () => {
    const cases: [string, number, string, RegExp][] = [
      [
        "a missing bucket",
        404,
        "NoSuchBucket",
        /it does not exist. Create it, or name another one with --bucket$/,
      ],
      [
        "a refusal",
        403,
        "AccessDenied",
        /access is denied \(AccessDenied\)\. The credentials must allow s3:GetObject/,
      ],
      ["another region", 400, "AuthorizationHeaderMalformed", /--aws-default-region$/],
      ["a request that the service does not know", 501, "NotImplemented", /implements the S3 protocol/],
    ];
    for (const [name, status, code, message] of cases) {
      it(`for ${name} say what to do, without another attempt`, async () => {
        rig.proxy.rules = [{ fault: "error", status, code }];
        await assert.rejects(make().list("n/"), message);
        assert.equal(rig.proxy.seen.length, 1);
      });
    }

    it("for a service that is not there name the reason and the option", async () => {
      const store = make({ endpoint: "http://127.0.0.1:1", maxRetries: 1 });
      await assert.rejects(store.get("k"), /it cannot be reached: connect ECONNREFUSED .*--aws-endpoint$/);
      assert.equal(store.retries, 1);
    });

    it("for certificates that cannot be read name the file", async () => {
      const store = make({ tlsCaFile: "/does/not/exist.pem" });
      await assert.rejects(
        store.get("k"),
        /certificates .* from "\/does\/not\/exist\.pem": no such file.*--object-store-tls-ca/,
      );
    });
  });

  /** Every test of the contract has the bucket for itself. */
  function below(prefix: string, store: S3Store): ObjectStore {
    return {
      get: (key) => store.get(prefix + key),
      put: (key, content, options) => store.put(prefix + key, content, options),
      delete: (key) => store.delete(prefix + key),
      list: async (keyPrefix) =>
        (await store.list(prefix + keyPrefix)).map((info) => ({
          ...info,
          key: info.key.slice(prefix.length),
        })),
    };
  }
});
