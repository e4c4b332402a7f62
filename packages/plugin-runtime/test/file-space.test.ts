import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FileCall, type FileReply, FileSpace, type RunContext } from "@millrace/plugin-runtime";
import fc from "fast-check";

const QUOTA = { quotaBytes: 3_000_000, quotaFiles: 20 };

describe("the files of plugins", () => {
  let base: string;
  let lower: string;
  let upper: string;

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), "millrace-files-"));
    lower = path.join(base, "plugins");
    upper = path.join(base, "data", "trigger");
    mkdirSync(path.join(lower, "sub"), { recursive: true });
    writeFileSync(path.join(lower, "config.toml"), "a = 1\n");
    writeFileSync(path.join(lower, "sub", "deep.txt"), "deep");
    writeFileSync(path.join(base, "secret.txt"), "secret");
  });
  afterEach(() => rmSync(base, { recursive: true }));

  const space = (changes: object = {}) =>
    new FileSpace({
      mounts: [{ path: "/plugins", lower, upperOf: () => upper, ...changes }],
      nowMs: () => 1,
      ...QUOTA,
    });

  it("are read from the plugin directory", async () => {
    const files = asker(space());
    assert.equal(await files.text("/plugins/config.toml"), "a = 1\n");
    assert.equal(await files.text("/plugins/config.toml", 2, 3), "= 1");
    assert.deepEqual(await files.list("/plugins"), ["config.toml", "sub"]);
    assert.deepEqual(await files.list("/plugins/sub"), ["deep.txt"]);
    assert.equal(await files.stat("/plugins/none"), null);
    assert.deepEqual(await files.kind("/plugins"), "directory");
    assert.equal(await files.code({ op: "list", path: "/plugins/none" }), "ENOENT");
    assert.equal(await files.code({ op: "list", path: "/plugins/config.toml" }), "ENOTDIR");
    assert.equal(await files.code({ op: "read", path: "/plugins/sub", offset: 0, length: 1 }), "EISDIR");
  });

  it("are written beside it, and read back", async () => {
    const files = asker(space());
    await files.write("/plugins/config.toml", "b", 0);
    await files.ok({ op: "create", path: "/plugins/sub/new.txt", kind: "file" });
    await files.write("/plugins/sub/new.txt", "new", 2);
    assert.equal(await files.text("/plugins/config.toml"), "b = 1\n");
    assert.equal(await files.text("/plugins/sub/new.txt"), "\0\0new");
    assert.deepEqual((await files.list("/plugins/sub")).toSorted(), ["deep.txt", "new.txt"]);
    assert.equal(readFileSync(path.join(lower, "config.toml"), "utf8"), "a = 1\n");
    assert.equal(readFileSync(path.join(upper, "sub", "new.txt"), "utf8"), "\0\0new");
    const another = asker(space({ upperOf: () => path.join(base, "data", "other") }));
    assert.equal(await another.text("/plugins/config.toml"), "a = 1\n");
    const later = asker(space());
    assert.equal(await later.text("/plugins/config.toml"), "b = 1\n");
  });

  it("of the plugin directory cannot be removed, those of the trigger can", async () => {
    const files = asker(space());
    const remove: FileCall = { op: "remove", path: "/plugins/config.toml", kind: "file" };
    assert.equal(await files.code(remove), "EROFS");
    assert.equal(await files.code({ op: "rename", path: "/plugins/config.toml", to: "/plugins/x" }), "EROFS");
    await files.write("/plugins/config.toml", "b", 0);
    await files.ok(remove);
    assert.equal(await files.text("/plugins/config.toml"), "a = 1\n");
    assert.equal(await files.code(remove), "EROFS");
    assert.equal(await files.code({ op: "remove", path: "/plugins/sub", kind: "directory" }), "EROFS");
    assert.equal(await files.code({ op: "remove", path: "/plugins/sub", kind: "file" }), "EISDIR");
  });

  it("are replaced by renaming, as careful writers do", async () => {
    const files = asker(space());
    await files.ok({ op: "create", path: "/plugins/config.tmp", kind: "file" });
    await files.write("/plugins/config.tmp", "c = 3", 0);
    await files.ok({ op: "rename", path: "/plugins/config.tmp", to: "/plugins/config.toml" });
    assert.equal(await files.text("/plugins/config.toml"), "c = 3");
    assert.equal(await files.stat("/plugins/config.tmp"), null);
    assert.equal(
      await files.code({ op: "rename", path: "/plugins/config.toml", to: "/plugins/sub" }),
      "EISDIR",
    );
  });

  it("stay inside: no way out by path or by link", async () => {
    symlinkSync(path.join(base, "secret.txt"), path.join(lower, "out.txt"));
    symlinkSync("..", path.join(lower, "up"));
    symlinkSync("sub", path.join(lower, "inside"));
    symlinkSync("loop", path.join(lower, "loop"));
    symlinkSync("nowhere", path.join(lower, "dangling"));
    execFileSync("mkfifo", [path.join(lower, "pipe")]);
    const files = asker(space());
    assert.equal(await files.text("/plugins/inside/deep.txt"), "deep");
    assert.deepEqual(await files.list("/plugins"), ["config.toml", "inside", "sub"]);
    const refused: [path: string, code: string][] = [
      ["/plugins/out.txt", "EACCES"],
      ["/plugins/up/secret.txt", "EACCES"],
      ["/plugins/loop", "EACCES"],
      ["/plugins/pipe", "EACCES"],
      ["/plugins/../secret.txt", "EINVAL"],
      ["/plugins/./config.toml", "EINVAL"],
      ["/plugins//config.toml", "EINVAL"],
      ["plugins/config.toml", "EINVAL"],
      ["/plugins/a\0b", "EINVAL"],
      [`/plugins/${"x".repeat(5000)}`, "EINVAL"],
      ["/pluginsx", "ENOENT"],
      ["/etc/passwd", "ENOENT"],
    ];
    for (const [place, code] of refused) {
      assert.equal(await files.code({ op: "stat", path: place }), code, place);
      assert.notEqual(await files.code({ op: "read", path: place, offset: 0, length: 9 }), undefined, place);
      assert.notEqual(await files.code({ op: "create", path: place, kind: "file" }), undefined, place);
    }
    await files.code({ op: "write", path: "/plugins/out.txt", offset: 0, bytes: new Uint8Array(3) });
    assert.equal(readFileSync(path.join(base, "secret.txt"), "utf8"), "secret");
    for (const offset of [-1, 0.5, Number.NaN, 2 ** 60])
      assert.equal(
        await files.code({ op: "read", path: "/plugins/config.toml", offset, length: 1 }),
        "EINVAL",
      );
  });

  it("hide what is not for plugins", async () => {
    mkdirSync(path.join(lower, "server-data"));
    writeFileSync(path.join(lower, "server-data", "wal"), "rows");
    const files = asker(space({ hidden: [path.join(lower, "server-data")] }));
    assert.deepEqual(await files.list("/plugins"), ["config.toml", "sub"]);
    assert.equal(await files.stat("/plugins/server-data/wal"), null);
  });

  it("are only those that a mount shows, also through links", async () => {
    symlinkSync("sub", path.join(lower, "way"));
    mkdirSync(path.join(lower, "plugin"));
    symlinkSync("../sub", path.join(lower, "plugin", "way"));
    const files = asker(space({ shows: (name: string) => name === "plugin" || name === "way" }));
    assert.deepEqual(await files.list("/plugins"), ["plugin"]);
    for (const place of ["sub", "way", "config.toml", "plugin/way"])
      assert.equal(await files.stat(`/plugins/${place}`), null, place);
    assert.deepEqual(await files.list("/plugins/plugin"), []);
  });

  it("have a quota of bytes and of files", async () => {
    for (const test of [true, false]) {
      const files = asker(space(), { test });
      await files.ok({ op: "create", path: "/plugins/big", kind: "file" });
      const piece = new Uint8Array(1_000_000);
      for (let at = 0; at < 3; at++)
        await files.ok({ op: "write", path: "/plugins/big", offset: at * piece.length, bytes: piece });
      const more: FileCall = {
        op: "write",
        path: "/plugins/big",
        offset: 3_000_000,
        bytes: piece.subarray(0, 1),
      };
      assert.equal(await files.code(more), "ENOSPC");
      assert.equal(await files.code({ op: "truncate", path: "/plugins/big", sizeBytes: 2 ** 40 }), "ENOSPC");
      await files.ok({ op: "truncate", path: "/plugins/big", sizeBytes: 10 });
      await files.ok({ ...more, offset: 10 } as FileCall);
      for (let count = 1; count < QUOTA.quotaFiles; count++)
        await files.ok({ op: "create", path: `/plugins/${count}`, kind: "file" });
      assert.equal(await files.code({ op: "create", path: "/plugins/x", kind: "file" }), "ENOSPC");
      assert.equal(
        await files.code({ op: "write", path: "/plugins/config.toml", offset: 0, bytes: piece }),
        "ENOSPC",
      );
      await files.ok({ op: "remove", path: "/plugins/1", kind: "file" });
      await files.ok({ op: "create", path: "/plugins/x", kind: "file" });
    }
    const restarted = asker(space());
    assert.equal(await restarted.code({ op: "create", path: "/plugins/y", kind: "file" }), "ENOSPC");
  });

  it("of a test are its own and leave nothing behind", async () => {
    const shared = space();
    const files = asker(shared, { test: true, files: new Map([["/plugins/unsaved/__init__.py", "x = 1"]]) });
    assert.equal(await files.text("/plugins/unsaved/__init__.py"), "x = 1");
    assert.deepEqual(await files.list("/plugins/unsaved"), ["__init__.py"]);
    await files.write("/plugins/config.toml", "t", 0);
    await files.write("/plugins/unsaved/__init__.py", "y", 0);
    assert.equal(await files.text("/plugins/config.toml"), "t = 1\n");
    assert.equal(await files.text("/plugins/unsaved/__init__.py"), "y = 1");
    const next = asker(shared, { test: true });
    assert.equal(await next.text("/plugins/config.toml"), "a = 1\n");
    assert.equal(await next.stat("/plugins/unsaved"), null);
    assert.deepEqual(readdirSync(base), ["plugins", "secret.txt"]);
  });

  it("can be read only, as a whole or for a run", async () => {
    for (const files of [asker(space({ upperOf: undefined })), asker(space({ upperOf: () => undefined }))]) {
      assert.equal(await files.code({ op: "create", path: "/plugins/x", kind: "file" }), "EROFS");
      assert.equal((await files.stat("/plugins/config.toml"))?.writable, false);
    }
  });

  it("behave alike in memory and on disk, whatever is done to them", async () => {
    const names = fc.constantFrom("a", "b", "sub", "a/b", "sub/c", "sub/deep.txt", "config.toml");
    const place = names.map((name) => `/plugins/${name}`);
    const kind = fc.constantFrom("file" as const, "directory" as const);
    const size = fc.nat(20);
    const call: fc.Arbitrary<FileCall> = fc.oneof(
      fc.record({ op: fc.constant("list" as const), path: place }),
      fc.record({ op: fc.constant("read" as const), path: place, offset: size, length: size }),
      fc.record({
        op: fc.constant("write" as const),
        path: place,
        offset: size,
        bytes: fc.uint8Array({ maxLength: 9 }),
      }),
      fc.record({ op: fc.constant("truncate" as const), path: place, sizeBytes: size }),
      fc.record({ op: fc.constant("create" as const), path: place, kind }),
      fc.record({ op: fc.constant("remove" as const), path: place, kind }),
      fc.record({ op: fc.constant("rename" as const), path: place, to: place }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        const directory = path.join(base, `upper-${run++}`);
        const shared = space({ upperOf: () => directory });
        const memory = asker(shared, { test: true });
        const disk = asker(shared);
        for (const each of calls)
          assert.deepEqual(comparable(await memory.ask(each)), comparable(await disk.ask(each)), each.op);
      }),
      { numRuns: 60 },
    );
  });
});

/** Names of a directory come in any order. */
function comparable(reply: FileReply): unknown {
  return reply.ok && Array.isArray(reply.value) ? reply.value.toSorted() : reply;
}

function asker(files: FileSpace, changes: Partial<RunContext> = {}) {
  const basics = { runId: "r", database: "db", cacheNamespace: "c", test: false, network: true };
  const context: RunContext = { ...basics, ...changes };
  const ask = (call: FileCall) => files.answer(context, call);
  const ok = async (call: FileCall) => {
    const reply = await ask(call);
    if (!reply.ok) throw new Error(`${call.op} ${call.path}: ${reply.code}`);
    return reply.value;
  };
  const stat = async (place: string) =>
    (await ok({ op: "stat", path: place })) as { kind: string; writable: boolean } | null;
  return {
    ask,
    ok,
    stat,
    kind: async (place: string) => (await stat(place))?.kind,
    code: async (call: FileCall) => {
      const reply = await ask(call);
      return reply.ok ? undefined : reply.code;
    },
    list: async (place: string) => (await ok({ op: "list", path: place })) as string[],
    text: async (place: string, offset = 0, length = 1000) =>
      new TextDecoder().decode((await ok({ op: "read", path: place, offset, length })) as Uint8Array),
    write: (place: string, text: string, offset: number) =>
      ok({ op: "write", path: place, offset, bytes: new TextEncoder().encode(text) }),
  };
}
