import assert from "node:assert/strict";
import { PackageError } from "@millrace/python-packages";
import { formatRequirement, readRequirements } from "#src/requirements/index.js";

const HASH = `sha256:${"a".repeat(64)}`;

async function read(files: Record<string, string>, first = "/srv/requirements.txt") {
  return await readRequirements(first, {
    async readText(path) {
      const text = files[path];
      if (text === undefined) throw new PackageError("requirement", `there is no ${path}`);
      return text;
    },
  });
}

const refused = (text: string, why: RegExp): Promise<void> =>
  assert.rejects(read({ "/srv/requirements.txt": text }), (error) => {
    assert.ok(error instanceof PackageError && error.kind === "requirement");
    assert.match(error.message, why);
    return true;
  });

describe("a requirements file", () => {
  it("has requirements, comments and lines that go on", async () => {
    const { requirements } = await read({
      "/srv/requirements.txt": [
        "\uFEFF# what plugins need",
        "requests>=2.31 # for webhooks",
        "pint[all]\\",
        "  <1",
        "",
        'tomlkit; python_version >= "3.8"',
        "  ./wheels/own-1.0-py3-none-any.whl",
      ].join("\r\n"),
    });
    assert.deepEqual(requirements.map(formatRequirement), [
      "requests>=2.31",
      "pint[all]<1",
      "tomlkit",
      "own @ file:///srv/wheels/own-1.0-py3-none-any.whl",
    ]);
  });

  it("includes others, with paths that start from where they are named", async () => {
    const { requirements, constraints, index } = await read({
      "/srv/requirements.txt": "-r more/base.txt\n--constraint=pins.txt\na\n-r requirements.txt\n",
      "/srv/more/base.txt": "b\n--find-links wheels\n-c ../pins.txt\n",
      "/srv/pins.txt": "b<2\n",
    });
    assert.deepEqual(requirements.map(formatRequirement), ["b", "a"]);
    assert.deepEqual(constraints.map(formatRequirement), ["b<2"]);
    assert.deepEqual(index.findLinks, ["/srv/more/wheels"]);
  });

  it("says where packages come from", async () => {
    const { index, allowPrereleases } = await read({
      "/srv/requirements.txt":
        "-i https://index.example/simple\n--extra-index-url=https://more.example/simple\n-f https://links.example\n--no-index\n--pre\n--only-binary :all:\n",
    });
    assert.deepEqual(index, {
      indexUrl: "https://index.example/simple",
      extraIndexUrls: ["https://more.example/simple"],
      findLinks: ["https://links.example"],
      noIndex: true,
    });
    assert.equal(allowPrereleases, true);
  });

  it("has hashes, and one is enough to need them all", async () => {
    const { requirements, requireHashes } = await read({
      "/srv/requirements.txt": `a==1 --hash=${HASH} \\\n --hash ${HASH.replace("aa", "bb")}\nb\n`,
    });
    assert.equal(requirements[0]!.hashes.length, 2);
    assert.equal(requireHashes, true);
  });

  it("is refused by file, line and name of the option", async () => {
    await refused(
      "a\n\n--trusted-host x\n",
      /^\/srv\/requirements.txt:3: the option --trusted-host is not supported$/,
    );
    await refused("-e .\n", /:1: -e .*editable/);
    await refused("a --hash=md5:00\n", /:1: --hash=md5:00 must be sha256/);
    await refused(
      "a --global-option=x\n",
      /:1: the option --global-option is not supported for a requirement/,
    );
    await refused("a\nb ==\n", /:2: 'b ==' is no requirement/);
    await refused("--index-url\n", /needs a value/);
    await refused("-r nowhere.txt", /:1: there is no \/srv\/nowhere.txt/);
  });

  it("names the file that the error is in", async () => {
    await assert.rejects(
      read({ "/srv/requirements.txt": "-r b.txt", "/srv/b.txt": "\n!!\n" }),
      /^Error: \/srv\/b.txt:2: /,
    );
  });
});
