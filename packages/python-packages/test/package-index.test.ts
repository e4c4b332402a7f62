import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PackageError } from "@millrace/python-packages";
import { PackageIndexes, type ProjectFile } from "#src/package-index/index.js";
import { parseSimpleHtml } from "#src/package-index/simple-html.js";
import { parseSimpleJson } from "#src/package-index/simple-json.js";
import { QuickClock } from "./support/clock.ts";
import { IndexServer } from "./support/index-server.ts";
import { temporaryDirectory } from "./support/temporary.ts";
import { saveWheels } from "./support/wheels.ts";

describe("the pages of an index", () => {
  const page = "https://index.example/simple/a/";

  it("are read as HTML", () => {
    const files = parseSimpleHtml(
      `<!-- <a href="no">no</a> --><base href="/files/"><meta name="pypi:repository-version" content="1.3">
       <a href="a-1-py3-none-any.whl#sha256=${"AB".repeat(32)}" data-requires-python="&gt;=3.8,&lt;4">x</a>
       <A data-yanked HREF='https://b.example/a%2B1.tar.gz?x=1&amp;y=2'>y</A><a>no address</a>`,
      page,
    );
    assert.deepEqual(
      files.map(({ fileName, url, hashes, requiresPython, yanked }) => [
        fileName,
        url,
        hashes,
        requiresPython?.toString(),
        yanked,
      ]),
      [
        [
          "a-1-py3-none-any.whl",
          "https://index.example/files/a-1-py3-none-any.whl",
          { sha256: "ab".repeat(32) },
          ">=3.8,<4",
          undefined,
        ],
        ["a+1.tar.gz", "https://b.example/a%2B1.tar.gz?x=1&y=2", {}, undefined, ""],
      ],
    );
    assert.throws(
      () => parseSimpleHtml('<meta name="pypi:repository-version" content="2.0">', page),
      /version 2\.0/,
    );
  });

  it("are read as JSON", () => {
    const files = parseSimpleJson(
      JSON.stringify({
        meta: { "api-version": "1.0" },
        files: [
          {
            filename: "a-1-py3-none-any.whl",
            url: "a-1-py3-none-any.whl",
            hashes: { sha256: "AB" },
            yanked: "broken",
            "dist-info-metadata": true,
          },
          { filename: 3 },
          null,
        ],
      }),
      page,
    );
    assert.deepEqual(
      files.map(({ url, hashes, yanked, metadataHashes }) => [url, hashes, yanked, metadataHashes]),
      [[`${page}a-1-py3-none-any.whl`, { sha256: "ab" }, "broken", {}]],
    );
    assert.throws(() => parseSimpleJson('{"meta":{"api-version":"2.0"},"files":[]}', page), /version 2\.0/);
    assert.throws(() => parseSimpleJson("[]", page), /version/);
  });
});

describe("a package index", () => {
  const server = new IndexServer();
  const clock = new QuickClock();
  const directory = temporaryDirectory();

  beforeEach(async () => {
    await server.start();
    server.requests.length = 0;
    server.format = "json";
    server.intercept = () => false;
  });
  afterEach(() => server.stop());

  const open = (indexes: string[], findLinks: string[] = [], timeoutMs = 5_000): PackageIndexes =>
    new PackageIndexes({ indexes, findLinks, certificates: undefined, timeoutMs }, { clock });

  const refused = (what: Promise<unknown>, why: RegExp): Promise<void> =>
    assert.rejects(what, (error) => {
      assert.ok(error instanceof PackageError && error.kind === "index", String(error));
      assert.match(error.message, why);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });

  const names = (files: ProjectFile[] | undefined) => files?.map(({ fileName }) => fileName);

  for (const format of ["json", "html"] as const)
    it(`offers files with their hashes as ${format}`, async () => {
      server.format = format;
      server.publish({
        name: `of-${format}`,
        version: "1.0",
        requiresPython: ">=3.9,<4",
        yanked: "why",
        separateMetadata: true,
      });
      const indexes = open([server.url]);
      const [file] = (await indexes.files(`of-${format}`))!;
      assert.equal(file!.requiresPython?.toString(), ">=3.9,<4");
      assert.equal(file!.yanked, "why");
      assert.match((await indexes.store.metadata(file!))!, new RegExp(`Name: of-${format}`));
      assert.ok((await indexes.store.wheel(file!)).length > 100);
      assert.equal(await indexes.files("unknown"), undefined);
    });

  it("is one with others, and asked once for each project", async () => {
    await saveWheels(directory.path, [{ name: "Here", version: "2.0" }]);
    server.publish({ name: "here", version: "1.0" });
    const indexes = open([server.url], [directory.path]);
    await indexes.files("here");
    assert.deepEqual(names(await indexes.files("here")), [
      "Here-2.0-py3-none-any.whl",
      "here-1.0-py3-none-any.whl",
    ]);
    assert.equal(server.requests.length, 1);
  });

  it("is asked again when it fails, with growing pauses, but not for ever", async () => {
    let failures = 2;
    server.intercept = (_request, response) => {
      if (failures-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    };
    server.publish({ name: "late", version: "1.0" });
    clock.waitsMs.length = 0;
    assert.equal((await open([server.url]).files("late"))!.length, 1);
    assert.deepEqual(clock.waitsMs, [250, 500]);
    failures = Number.POSITIVE_INFINITY;
    await refused(open([server.url]).files("late"), /\/simple\/late\/ could not be read: it answered 503/);
  });

  it("must answer in time, and in bounds", async () => {
    server.intercept = () => true;
    await refused(open([server.url], [], 50).files("slow"), /no complete answer within 0\.05 s/);
    const endless = (response: ServerResponse): void => {
      while (!response.destroyed && response.write("x".repeat(2 ** 20)));
      response.once("drain", () => endless(response));
    };
    server.intercept = (_request, response) => {
      endless(response);
      return true;
    };
    await refused(open([server.url]).files("endless"), /larger than the 67108864 bytes/);
  });

  it("may redirect, but not in circles", async () => {
    server.publish({ name: "moved", version: "1.0" });
    server.intercept = (request, response) => {
      const to = { "/old/moved/": "/simple/moved/", "/old/loop/": "/old/loop/" }[request.url!];
      if (to === undefined) return false;
      response.writeHead(302, { location: to }).end();
      return true;
    };
    const old = server.url.replace("simple", "old");
    const [file] = (await open([old]).files("moved"))!;
    assert.equal(new URL(file!.url).pathname, "/files/moved-1.0-py3-none-any.whl");
    await refused(open([old]).files("loop"), /redirects more than 10 times/);
  });

  it("gets its password, and nobody else does", async () => {
    const other = new IndexServer();
    await other.start();
    try {
      server.publish({ name: "closed", version: "1.0" });
      server.intercept = (request, response) => {
        if (request.url !== "/simple/closed/" || request.headers.authorization !== undefined) return false;
        response.writeHead(401).end();
        return true;
      };
      await refused(open([server.url]).files("closed"), /401: put user name and password into the address/);
      const withPassword = server.url.replace("//", "//me:s%65cret@");
      const indexes = open([withPassword, other.url]);
      assert.deepEqual(indexes.labels, [`${server.url}/`, `${other.url}/`]);
      await indexes.store.wheel((await indexes.files("closed"))![0]!);
      const expected = `Basic ${Buffer.from("me:secret").toString("base64")}`;
      assert.deepEqual(
        server.requests.slice(1).map(({ headers }) => headers.authorization),
        [expected, expected],
      );
      assert.equal(other.requests[0]!.headers.authorization, undefined);
      server.intercept = (_request, response) => {
        response.writeHead(307, { location: `${other.url}/away/` }).end();
        return true;
      };
      await open([withPassword]).files("away");
      assert.equal(other.requests.at(-1)!.headers.authorization, undefined);
    } finally {
      await other.stop();
    }
  });

  it("is not believed when a file is not what it promised", async () => {
    server.publish({ name: "forged", version: "1.0", hash: "0".repeat(64) });
    const indexes = open([server.url]);
    const [file] = (await indexes.files("forged"))!;
    await refused(
      indexes.store.wheel(file!),
      /forged-1\.0-py3-none-any\.whl is not the file that was promised/,
    );
  });

  it("cannot name files of this machine", async () => {
    server.intercept = (_request, response) => {
      response.end(
        '<a href="file:///srv/secret-1.0-py3-none-any.whl">x</a><a href="ftp://host.example/secret-1.1-py3-none-any.whl">y</a>',
      );
      return true;
    };
    assert.deepEqual(await open([server.url]).files("secret"), []);
  });

  it("may be a page of links", async () => {
    server.publish({ name: "linked", version: "1.0" });
    server.intercept = (request, response) => {
      if (request.url !== "/links") return false;
      response.end('<a href="/files/linked-1.0-py3-none-any.whl">a</a><a href="other-1.0.tar.gz">b</a>');
      return true;
    };
    const indexes = open([], [server.url.replace("/simple", "/links")]);
    assert.deepEqual(names(await indexes.files("linked")), ["linked-1.0-py3-none-any.whl"]);
    assert.deepEqual(names(await indexes.files("other")), ["other-1.0.tar.gz"]);
    assert.equal(await indexes.files("nothing"), undefined);
  });

  it("may be a directory that mirrors one", async () => {
    const mirror = path.join(directory.path, "mirror");
    await saveWheels(path.join(mirror, "Plain_Pkg"), [{ name: "plain-pkg", version: "1.0" }]);
    await saveWheels(path.join(mirror, "files"), [{ name: "paged", version: "1.0" }]);
    await mkdir(path.join(mirror, "paged"));
    await writeFile(
      path.join(mirror, "paged", "index.html"),
      `<a href="../files/paged-1.0-py3-none-any.whl#sha256=${"0".repeat(64)}">x</a>`,
    );
    for (const place of [mirror, pathToFileURL(mirror).href]) {
      const indexes = open([place]);
      assert.deepEqual(names(await indexes.files("plain-pkg")), ["plain_pkg-1.0-py3-none-any.whl"]);
      await refused(
        indexes.store.wheel((await indexes.files("paged"))![0]!),
        /is not the file that was promised/,
      );
    }
    await refused(open([path.join(directory.path, "none")]).files("x"), /none could not be read/);
    assert.throws(() => open(["ftp://host.example"]), /is no package index/);
  });
});
