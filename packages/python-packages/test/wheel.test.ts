import assert from "node:assert/strict";
import { PackageError } from "@millrace/python-packages";
import fc from "fast-check";
import { isLoadable, parseSourceArchiveName, parseWheelName, Wheel } from "#src/wheel/index.js";
import { makeWheel, wheelFileName, wheelFiles, zip } from "./support/wheels.ts";

const SPEC = { name: "tiny", version: "1.0" };
const open = (files: Record<string, string>, name = wheelFileName(SPEC)): Promise<Wheel> =>
  Wheel.open(name, zip(files));

async function refused(wheel: Promise<Wheel>, why: RegExp): Promise<void> {
  await assert.rejects(
    wheel.then(async (opened) => {
      for (const file of opened.files()) await opened.read(file);
    }),
    (error) => {
      assert.ok(error instanceof PackageError && error.kind === "wheel", String(error));
      assert.match(error.message, why);
      return true;
    },
  );
}

/** Changes a number in the directory of an archive. */
function patched(bytes: Uint8Array, change: (view: DataView, entryAt: number) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 < copy.length; at++) if (view.getUint32(at, true) === 0x02014b50) change(view, at);
  return copy;
}

describe("the name of a wheel", () => {
  it("tells package, version and what it is for", () => {
    const named = parseWheelName("Foo_Bar-1.0.post1-2-py2.py3-none-any.whl")!;
    assert.deepEqual([named.name, named.version.text, named.build], ["foo-bar", "1.0.post1", 2]);
    for (const [tag, loadable] of [
      ["py3-none-any", true],
      ["py2.py3-none-any", true],
      ["py314-none-any", true],
      ["py315-none-any", false],
      ["cp314-none-any", true],
      ["py2-none-any", false],
      ["cp314-cp314-manylinux_2_17_x86_64", false],
      ["py3-none-win_amd64", false],
      ["cp314-cp314-pyemscripten_2026_0_wasm32", false],
    ] as const)
      assert.equal(isLoadable(parseWheelName(`a-1-${tag}.whl`)!), loadable, tag);
    assert.equal(parseWheelName("a-1.zip"), undefined);
  });

  it("is told apart from that of a source archive", () => {
    assert.equal(parseSourceArchiveName("foo-bar-1.0.tar.gz", "foo-bar")?.text, "1.0");
    assert.equal(parseSourceArchiveName("foo-bar-1.0.tar.gz", "foo"), undefined);
  });
});

describe("a wheel", () => {
  it("gives its files, each checked, without scripts and compiled parts", async () => {
    const wheel = await Wheel.open(
      wheelFileName(SPEC),
      zip(
        wheelFiles({
          ...SPEC,
          files: {
            "tiny.py": "x = 1\n",
            'odd ",name.txt': "",
            "tiny-1.0.data/scripts/run": "#!python\n",
            "tiny-1.0.data/purelib/more.py": "",
          },
        }),
      ),
    );
    assert.deepEqual(
      wheel.files().map(({ target }) => target),
      ["tiny.py", 'odd ",name.txt', "more.py", "tiny-1.0.dist-info/METADATA", "tiny-1.0.dist-info/WHEEL"],
    );
    assert.equal(new TextDecoder().decode(await wheel.read(wheel.files()[0]!)), "x = 1\n");
    assert.equal(wheel.metadata.version.text, "1.0");
  });

  it("is refused if a file is not what RECORD says, or not in it", async () => {
    const files = wheelFiles(SPEC);
    await refused(open({ ...files, "tiny.py": "evil()\n" }), /tiny\.py is not what its RECORD says/);
    await refused(open({ ...files, "extra.py": "evil()\n" }), /no SHA-256 of extra\.py/);
    const { "tiny-1.0.dist-info/RECORD": record, ...rest } = files;
    await refused(open(rest), /no file tiny-1\.0\.dist-info\/RECORD/);
    await refused(
      open({ ...rest, "tiny-1.0.dist-info/RECORD": record!.replaceAll("sha256=", "md5=") }),
      /no SHA-256/,
    );
  });

  it("cannot put a file outside", async () => {
    for (const name of ["../evil.py", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil", "a//b"])
      await refused(open(wheelFiles({ ...SPEC, files: { [name]: "" } })), /would lie outside/);
    await refused(
      open(wheelFiles({ ...SPEC, files: { "tiny-1.0.data/purelib/../../evil.py": "" } })),
      /would lie outside/,
    );
  });

  it("has no links", async () => {
    const bytes = patched(zip(wheelFiles(SPEC)), (view, at) => {
      view.setUint8(at + 5, 3);
      view.setUint32(at + 38, 0o120777 << 16, true);
    });
    await refused(Wheel.open(wheelFileName(SPEC), bytes), /is a symbolic link/);
  });

  it("unpacks within bounds", async () => {
    const big = zip(wheelFiles({ ...SPEC, files: { "big.txt": "0".repeat(2 ** 20) } }));
    const limits = { maxFiles: 100, maxUnpackedBytes: 2 ** 19 };
    await refused(Wheel.open(wheelFileName(SPEC), big, limits), /unpacks to more than/);
    await refused(Wheel.open(wheelFileName(SPEC), big, { ...limits, maxFiles: 2 }), /has 4 files/);
    // An archive that lies about sizes gets no more room than it promised.
    const liar = patched(big, (view, at) =>
      view.setUint32(at + 24, Math.min(view.getUint32(at + 24, true), 100), true),
    );
    await refused(Wheel.open(wheelFileName(SPEC), liar), /cannot be unpacked|is damaged/);
  });

  it("is the package that its name says", async () => {
    await refused(open(wheelFiles({ name: "other", version: "1.0" })), /belongs to another package/);
    await refused(open(wheelFiles({ name: "tiny", version: "2.0" })), /belongs to another package/);
    const files = wheelFiles(SPEC);
    const metadata = "tiny-1.0.dist-info/METADATA";
    await refused(
      open({ ...files, [metadata]: files[metadata]!.replace("Version: 1.0", "Version: 3.0") }),
      /holds tiny 3\.0 instead/,
    );
    await refused(
      open({ ...files, "evil-1.0.dist-info/METADATA": "" }),
      /one \.dist-info directory and has 2/,
    );
    await refused(
      open({ ...files, "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 2.0\n" }),
      /format is of version 2\.0/,
    );
    await refused(Wheel.open("tiny.whl", zip(files)), /form of a wheel/);
  });

  it("says what it cannot do without", async () => {
    const compiled = {
      "tiny/__init__.py": "from ._core import x\n",
      "tiny/_core.cpython-314-x86_64-linux-gnu.so": "",
    };
    await refused(
      open(wheelFiles({ ...SPEC, files: compiled })),
      /needs its compiled module tiny\._core, and compiled packages cannot be loaded/,
    );
  });

  it("is refused, and nothing else happens, whatever its bytes are", async () => {
    const good = makeWheel({ ...SPEC, files: { "tiny.py": "x = 1\n".repeat(50) } });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(good.bytes.length),
        async (changes, length) => {
          const bytes = Uint8Array.from(good.bytes.subarray(0, Math.max(length, 1)));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            const wheel = await Wheel.open(good.fileName, bytes);
            for (const file of wheel.files()) await wheel.read(file);
          } catch (error) {
            assert.ok(error instanceof PackageError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
