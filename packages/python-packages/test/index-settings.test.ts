import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { indexSettings, PackageError } from "@millrace/python-packages";
import { parsePipConfig } from "#src/settings/pip-config.js";
import { temporaryDirectory } from "./support/temporary.ts";

describe("where packages come from", () => {
  const directory = temporaryDirectory();
  /** Nothing of the machine that the test runs on. */
  const bare = { PIP_CONFIG_FILE: "/dev/null" };

  it("is nowhere unless it is named", async () => {
    const { indexes, findLinks } = await indexSettings(undefined, bare);
    assert.deepEqual([indexes, findLinks], [[], []]);
  });

  it("is --package-index alone, if there is one", async () => {
    const variables = { ...bare, PIP_INDEX_URL: "https://other.example", PIP_FIND_LINKS: "/wheels" };
    assert.deepEqual((await indexSettings("https://index.example/simple", variables)).indexes, [
      "https://index.example/simple",
    ]);
    const { indexes, findLinks } = await indexSettings("wheels", variables);
    assert.deepEqual([indexes, findLinks], [[path.resolve("wheels")], []]);
  });

  it("is what the variables of pip and uv say", async () => {
    const pip = await indexSettings(undefined, {
      ...bare,
      PIP_INDEX_URL: "https://a.example/simple",
      PIP_EXTRA_INDEX_URL: "https://b.example/simple https://c.example/simple",
      PIP_FIND_LINKS: "/wheels https://d.example",
      PIP_DEFAULT_TIMEOUT: "7",
    });
    assert.deepEqual(pip.indexes, [
      "https://a.example/simple",
      "https://b.example/simple",
      "https://c.example/simple",
    ]);
    assert.deepEqual(pip.findLinks, ["/wheels", "https://d.example"]);
    assert.equal(pip.timeoutMs, 7_000);
    assert.deepEqual(
      (await indexSettings(undefined, { ...bare, PIP_INDEX_URL: "https://a.example", PIP_NO_INDEX: "1" }))
        .indexes,
      [],
    );
    const uv = {
      ...bare,
      UV_DEFAULT_INDEX: "main=https://a.example/simple",
      UV_INDEX: "https://b.example/simple",
    };
    assert.deepEqual((await indexSettings(undefined, uv)).indexes, [
      "https://a.example/simple",
      "https://b.example/simple",
    ]);
  });

  it("is what pip's configuration files say, the personal one before the general one", async () => {
    const [general, personal] = [path.join(directory.path, "xdg"), path.join(directory.path, "home")];
    await mkdir(path.join(general, "pip"), { recursive: true });
    await mkdir(path.join(personal, ".config", "pip"), { recursive: true });
    await writeFile(
      path.join(general, "pip", "pip.conf"),
      "[global]\nindex-url = https://general.example\nfind-links = /wheels\n",
    );
    await writeFile(
      path.join(personal, ".config", "pip", "pip.conf"),
      "[install]\nindex_url: https://personal.example\n",
    );
    const variables = { XDG_CONFIG_DIRS: general, HOME: personal };
    assert.deepEqual((await indexSettings(undefined, variables)).indexes, ["https://personal.example"]);
    assert.deepEqual((await indexSettings(undefined, variables)).findLinks, ["/wheels"]);
    const overruled = { ...variables, PIP_INDEX_URL: "https://variable.example" };
    assert.deepEqual((await indexSettings(undefined, overruled)).indexes, ["https://variable.example"]);
  });

  it("reads values of several lines", () => {
    const settings = parsePipConfig(
      "; comment\n[global]\nextra-index-url =\n    https://a.example\n    https://b.example\n# c\nno-index = true\n[freeze]\ntimeout = 1\n",
    );
    assert.deepEqual(
      [...settings],
      [
        ["extra-index-url", "https://a.example https://b.example"],
        ["no-index", "true"],
      ],
    );
  });

  it("may need certificates", async () => {
    const file = path.join(directory.path, "ca.pem");
    await writeFile(file, "PEM");
    assert.equal((await indexSettings("/wheels", { ...bare, PIP_CERT: file })).certificates, "PEM");
    await assert.rejects(
      indexSettings("/wheels", { ...bare, PIP_CERT: `${file}.gone` }),
      (error) => error instanceof PackageError && /ca\.pem\.gone could not be read/.test(error.message),
    );
  });
});
