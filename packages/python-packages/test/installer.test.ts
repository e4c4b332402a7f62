import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { diskReader, PackageError, type PackageErrorKind, PackageInstaller } from "@millrace/python-packages";
import { QuickClock } from "./support/clock.ts";
import { IndexServer } from "./support/index-server.ts";
import { temporaryDirectory } from "./support/temporary.ts";
import { makeWheel, saveWheels, sha256 } from "./support/wheels.ts";

const SO = "cpython-314-x86_64-linux-gnu.so";
const COMPILED_TAG = "cp314-cp314-manylinux_2_17_x86_64";

describe("installing packages", () => {
  const temporary = temporaryDirectory();
  let server: IndexServer;
  const reports: string[] = [];

  beforeEach(async () => {
    server = new IndexServer();
    await server.start();
    reports.length = 0;
  });
  afterEach(() => server.stop());

  async function installer(
    indexes: string[] = [server.url],
    findLinks: string[] = [],
  ): Promise<PackageInstaller> {
    const made = new PackageInstaller({
      directory: path.join(temporary.path, "venv"),
      places: async () => ({ indexes, findLinks, certificates: undefined, timeoutMs: 5_000 }),
      clock: new QuickClock(),
      report: (message) => void reports.push(message),
    });
    await made.open();
    return made;
  }

  const listed = async (of: PackageInstaller): Promise<string[]> =>
    (await of.packages()).map(({ name, version, requiredBy }) =>
      `${name} ${version} ${requiredBy.join("+")}`.trim(),
    );

  const refused = (what: Promise<unknown>, kind: PackageErrorKind, why: RegExp): Promise<void> =>
    assert.rejects(what, (error) => {
      assert.ok(error instanceof PackageError, String(error));
      assert.match(error.message, why);
      assert.equal(error.kind, kind);
      return true;
    });

  for (const format of ["json", "html"] as const)
    it(`brings what is needed from an index (${format})`, async () => {
      server.format = format;
      server.publish(
        {
          name: "Web_Client",
          version: "2.0",
          requires: ["helper>=1", "sockets; extra == 'socks'"],
          extras: ["socks"],
          separateMetadata: true,
        },
        { name: "web-client", version: "3.0", requiresPython: ">=3.99" },
        { name: "helper", version: "1.0" },
        { name: "helper", version: "1.1", yanked: "broken" },
        { name: "sockets", version: "0.1" },
      );
      const made = await installer();
      const result = await made.install(["web.client"]);
      assert.equal(result.changed, true);
      assert.deepEqual(await listed(made), ["helper 1.0 web-client", "web-client 2.0"]);
      assert.equal(
        await readFile(path.join(made.state!.sitePackages, "helper.py"), "utf8"),
        'VERSION = "1.0"\n',
      );
      await made.install(["web-client[socks]"]);
      assert.deepEqual(await listed(await installer()), [
        "helper 1.0 web-client",
        "sockets 0.1 web-client",
        "web-client 2.0",
      ]);
    });

  it("does nothing, and asks nobody, when all is there", async () => {
    server.publish({ name: "a", version: "1.0", requires: ["b"] }, { name: "b", version: "1.0" });
    const made = await installer();
    await made.install(["a"]);
    const before = made.state;
    server.publish({ name: "b", version: "2.0" });
    server.requests.length = 0;
    assert.deepEqual(await made.install(["a", "a>=1"]), { changed: true, installed: [], removed: [] });
    assert.deepEqual(await made.install(["a>=1"]), { changed: false, installed: [], removed: [] });
    assert.equal(server.requests.length, 0);
    assert.equal(made.state!.fingerprint, before!.fingerprint);
  });

  it("keeps to what was asked for earlier, and says so", async () => {
    server.publish(
      { name: "a", version: "1.0", requires: ["c<2"] },
      { name: "b", version: "1.0", requires: ["c"] },
      { name: "b", version: "2.0", requires: ["c>=2"] },
      { name: "c", version: "1.0" },
      { name: "c", version: "2.0" },
    );
    const made = await installer();
    await made.install(["a"]);
    await refused(
      made.install(["b>=2"]),
      "resolution",
      /^(b 2\.0 needs c>=2, but a 1\.0 needs c<2|a 1\.0 needs c<2, but b 2\.0 needs c>=2)$/,
    );
    assert.deepEqual(await listed(made), ["a 1.0", "c 1.0 a"]);
    await made.install(["b"]);
    assert.deepEqual(await listed(made), ["a 1.0", "b 1.0", "c 1.0 a+b"]);
    assert.ok(reports.some((text) => /^not all packages are the newest: /.test(text)));
  });

  it("changes versions when they are asked for, and removes what nobody needs any more", async () => {
    server.publish(
      { name: "a", version: "1.0", requires: ["old"] },
      { name: "a", version: "2.0" },
      { name: "old", version: "1.0" },
    );
    const made = await installer();
    await made.install(["a==1.0"]);
    const result = await made.install(["a==2.0"]);
    assert.deepEqual(
      result.removed.map(({ name }) => name),
      ["a", "old"],
    );
    assert.deepEqual(await listed(made), ["a 2.0"]);
  });

  it("takes wheels by path, and again when they have changed", async () => {
    const [wheel] = await saveWheels(temporary.path, [
      { name: "own", version: "1.0", files: { "own.py": "1\n" } },
    ]);
    const made = await installer([]);
    await made.install([wheel!]);
    assert.equal((await made.install([wheel!])).changed, false);
    await saveWheels(temporary.path, [{ name: "own", version: "1.0", files: { "own.py": "2\n" } }]);
    assert.equal((await made.install(["own-1.0-py3-none-any.whl"], temporary.path)).changed, true);
    assert.equal(await readFile(path.join(made.state!.sitePackages, "own.py"), "utf8"), "2\n");
    await refused(made.install([`other @ file://${wheel}`]), "resolution", /is a wheel of own, not of other/);
    await refused(
      made.install([`own @ file://${temporary.path}/gone-1-py3-none-any.whl`]),
      "resolution",
      /a wheel of gone/,
    );
    await refused(
      made.install(["own-1.0-py3-none-any.whl#sha256=00"], temporary.path),
      "index",
      /not the file that was promised/,
    );
  });

  it("works without a network, from directories of wheels", async () => {
    await saveWheels(path.join(temporary.path, "wheels"), [
      { name: "a", version: "1.0", requires: ["b"] },
      { name: "b", version: "1.0" },
    ]);
    const made = await installer([], [path.join(temporary.path, "wheels")]);
    await made.install(["a"]);
    assert.deepEqual(await listed(made), ["a 1.0", "b 1.0 a"]);
  });

  it("says how to name an index when there is none", async () => {
    await refused(
      (await installer([])).install(["a"]),
      "resolution",
      /you asked for a, but no package index is named: .*--package-index/,
    );
    const links = await installer([], [temporary.path]);
    await refused(links.install(["a"]), "resolution", /no package a in .*, and no package index is named: /);
    await refused(
      (await installer()).install(["a"]),
      "resolution",
      /there is no package a in http:\/\/127\.0\.0\.1:\d+\/simple\//,
    );
  });

  it("says why a package cannot be installed", async () => {
    server.publish(
      {
        name: "native",
        version: "2.0",
        tag: COMPILED_TAG,
        files: { "native/__init__.py": "from ._c import x\n", [`native/_c.${SO}`]: "" },
      },
      { name: "sources", version: "1.0", sourceArchive: true },
    );
    const made = await installer();
    await refused(
      made.install(["native"]),
      "resolution",
      /you asked for native, but native has no pure-Python wheel \(it needs its compiled module native\._c\): compiled packages cannot be loaded by the sandbox/,
    );
    await refused(
      made.install(["sources"]),
      "resolution",
      /sources has only source archives, which would have to be built: build a wheel/,
    );
    await assert.rejects(access(path.join(temporary.path, "venv", "millrace.environment")));
  });

  it("leaves out compiled parts that a package does without", async () => {
    server.publish(
      { name: "quick", version: "1.0" },
      {
        name: "quick",
        version: "2.0",
        tag: COMPILED_TAG,
        files: {
          "quick/__init__.py": "try:\n  from ._c import x\nexcept ImportError:\n  x = 1\n",
          [`quick/_c.${SO}`]: "\u007fELF",
        },
      },
    );
    const made = await installer();
    await made.install(["quick"]);
    assert.deepEqual(await listed(made), ["quick 2.0"]);
    await assert.rejects(access(path.join(made.state!.sitePackages, `quick/_c.${SO}`)));
    assert.ok(
      reports.includes(
        `quick is installed without its compiled parts, which it does without: quick/_c.${SO}`,
      ),
    );
  });

  describe("from a requirements file", () => {
    const file = (): string => path.join(temporary.path, "requirements.txt");
    const fromFile = async (text: string) => {
      await writeFile(file(), text);
      const made = await installer();
      return {
        made,
        result: made.installFile(
          file(),
          diskReader(async () => {}),
        ),
      };
    };

    it("keeps to its constraints and its places", async () => {
      server.publish({ name: "a", version: "1.0" }, { name: "a", version: "2.0" });
      await saveWheels(path.join(temporary.path, "wheels"), [{ name: "b", version: "1.0" }]);
      await writeFile(path.join(temporary.path, "pins.txt"), "a<2\nunused==1\n");
      const { made, result } = await fromFile("-c pins.txt\n-f wheels\na\nb\n");
      await result;
      assert.deepEqual(await listed(made), ["a 1.0", "b 1.0"]);
    });

    it("installs nothing but what has one of its hashes", async () => {
      const right = makeWheel({ name: "a", version: "1.0", requires: ["b"] }).sha256;
      server.publish({ name: "a", version: "1.0", requires: ["b"] }, { name: "b", version: "1.0" });
      const wrong = await fromFile(`a==1.0 --hash=sha256:${sha256("something else")}\n`);
      await refused(wrong.result, "resolution", /no file of a has one of the hashes/);
      const partly = await fromFile(`a==1.0 --hash=sha256:${right}\n`);
      const b = makeWheel({ name: "b", version: "1.0" }).sha256;
      await refused(
        partly.result,
        "resolution",
        new RegExp(`b-1\\.0-py3-none-any\\.whl has no hash in the requirements file.*sha256:${b}`),
      );
      const fully = await fromFile(`a==1.0 --hash=sha256:${right}\nb==1.0 --hash=sha256:${b}\n`);
      await fully.result;
      assert.deepEqual(await listed(fully.made), ["a 1.0", "b 1.0"]);
    });

    it("is refused when it cannot be read", async () => {
      const made = await installer();
      await refused(
        made.installFile(
          file(),
          diskReader(async () => {}),
        ),
        "requirement",
        /requirements\.txt cannot be read: there is no such file on the server/,
      );
      await refused(
        made.installFile(
          temporary.path,
          diskReader(async () => {}),
        ),
        "requirement",
        /not a regular file/,
      );
    });
  });
});
