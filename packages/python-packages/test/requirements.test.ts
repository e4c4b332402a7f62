import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { PackageError } from "@millrace/python-packages";
import fc from "fast-check";
import {
  formatRequirement,
  markerHolds,
  normalizeName,
  parseMarker,
  parseRequest,
  parseRequirement,
  showRequirement,
} from "#src/requirements/index.js";

const holds = (marker: string, extras: string[] = []): boolean => markerHolds(parseMarker(marker), extras);

describe("markers", () => {
  for (const marker of [
    "python_version >= '3.8'",
    'python_version == "3.14"',
    "'3.8' <= python_version",
    "python_full_version < '3.15' and python_version in '3.13 3.14'",
    'sys_platform == "emscripten"',
    "platform_machine == 'wasm32' and os_name == 'posix'",
    "sys_platform != 'win32' or extra == 'x'",
    "(os_name == 'nt' or implementation_name == 'cpython') and platform_system == 'Emscripten'",
    "platform_python_implementation not in 'PyPy Jython'",
    "python_implementation == 'CPython'",
  ])
    it(`${marker} holds`, () => assert.equal(holds(marker), true));

  for (const marker of [
    "python_version < '3.9'",
    "sys_platform == 'linux'",
    "os_name == 'nt' or sys_platform == 'win32' and python_version >= '3'",
    "extra == 'socks'",
    "platform_machine not in 'wasm32'",
    "sys_platform ~= 'emscripten'",
  ])
    it(`${marker} does not hold`, () => assert.equal(holds(marker), false));

  it("know the extras that are asked for, by any spelling", () => {
    assert.equal(holds("extra == 'Use_Chardet'", ["use-chardet"]), true);
    assert.equal(holds("extra == 'a' or extra == 'b'", ["b", "c"]), true);
    assert.equal(holds("extra == 'a'", ["b"]), false);
  });

  it("are refused with what is wrong", () => {
    for (const [marker, why] of [
      ["python_version >", /ends too early/],
      ["python_versio > '3'", /'python_versio', which is no marker variable/],
      ["(os_name == 'nt'", /not closed/],
      ["os_name == 'nt' os_name", /ends before/],
      ["os_name = 'nt'", /cannot be read at/],
      [`${"(".repeat(50)}os_name == 'nt'${")".repeat(50)}`, /too many parentheses/],
    ] as const)
      assert.throws(() => parseMarker(marker), why, marker);
  });
});

describe("requirements", () => {
  it("are read with all their parts", () => {
    const read = parseRequirement(' Foo.Bar [Socks, use_it] (>=1.0, <2) ; python_version > "3" ');
    assert.equal(read.name, "foo-bar");
    assert.deepEqual(read.extras, ["socks", "use-it"]);
    assert.equal(read.specifiers.toString(), ">=1.0,<2");
    assert.equal(markerHolds(read.marker!), true);
    const direct = parseRequirement(
      "pkg[x] @ https://host.example/a;b/pkg-1-py3-none-any.whl ; os_name == 'nt'",
    );
    assert.equal(direct.url, "https://host.example/a;b/pkg-1-py3-none-any.whl");
    assert.equal(markerHolds(direct.marker!), false);
  });

  it("have names of one spelling", () => {
    assert.equal(normalizeName("Foo__Bar.-baz"), "foo-bar-baz");
    const name = fc.stringMatching(/^[a-z]([a-z._-]{0,8}[a-z])?$/);
    fc.assert(
      fc.property(name, (text) => normalizeName(normalizeName(text)) === normalizeName(text.toUpperCase())),
    );
  });

  it("are written so that they are read as the same", () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const clause = fc.tuple(fc.constantFrom(">=", "<", "!=", "=="), fc.integer({ min: 0, max: 99 }));
    fc.assert(
      fc.property(
        word,
        fc.uniqueArray(word, { maxLength: 2 }),
        fc.array(clause, { maxLength: 3 }),
        (name, extras, clauses) => {
          const text = `${name}[${extras.join(",")}]${clauses.map(([operator, number]) => operator + number).join(",")}`;
          const once = formatRequirement(parseRequirement(text));
          assert.equal(formatRequirement(parseRequirement(once)), once);
        },
      ),
    );
  });

  it("are refused with what is wrong", () => {
    for (const [text, why] of [
      ["", /must begin with the name/],
      [">=1", /must begin with the name/],
      ["foo bar", /'bar' is no choice of versions/],
      ["foo=1", /'=1' is no choice of versions/],
      ["foo[a b]", /'a b' is no name of an extra/],
      ["foo @ ftp://x/y.whl", /file:, http: or https:/],
      ["foo; nonsense", /marker variable/],
      [`foo${"=".repeat(5000)}`, /longer than/],
    ] as const)
      assert.throws(
        () => parseRequirement(text),
        (error) => error instanceof PackageError && error.kind === "requirement" && why.test(error.message),
      );
  });

  it("are shown without passwords", () => {
    const requirement = parseRequirement(
      "pkg @ https://me:secret@host.example/pkg-1-py3-none-any.whl?token=1",
    );
    assert.equal(showRequirement(requirement), "pkg @ https://host.example/pkg-1-py3-none-any.whl");
    assert.throws(
      () => parseRequirement("pkg >= https://me:secret@host.example"),
      (error: Error) => !error.message.includes("secret"),
    );
  });
});

describe("what users ask for", () => {
  it("may be the path or address of a wheel", () => {
    const local = parseRequest("wheels/My_Pkg-1.0-py3-none-any.whl[x]", "/srv/plugins");
    assert.equal(local.name, "my-pkg");
    assert.deepEqual(local.extras, ["x"]);
    assert.equal(local.url, pathToFileURL("/srv/plugins/wheels/My_Pkg-1.0-py3-none-any.whl").href);
    assert.equal(parseRequest("https://host.example/a-1-py3-none-any.whl#sha256=00", undefined).name, "a");
    assert.throws(() => parseRequest("a-1-py3-none-any.whl", undefined), /by its absolute path/);
  });

  it("may not be sources, repositories or options", () => {
    for (const text of [
      "./project",
      "git+https://host.example/x",
      "x-1.0.tar.gz",
      "https://host.example/x.zip",
    ])
      assert.throws(() => parseRequest(text, "/srv"), /is not a wheel/, text);
    assert.throws(() => parseRequest("--index-url=https://host.example", "/srv"), /is an option/);
  });
});
