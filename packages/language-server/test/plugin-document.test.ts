import assert from "node:assert/strict";
import fc from "fast-check";
import { literalValue, PluginDocument, sourceOffset } from "#src/plugin-document/index.js";

const parse = (text: string, previous?: PluginDocument) =>
  PluginDocument.parse("file:///plugin.py", 1, text, previous);

describe("a plugin as a model", () => {
  it("finds entry points, and the last of those with one name", () => {
    const document = parse(
      "def process_request(a): pass\nasync def process_writes(a): pass\ndef process_request(b): pass\nclass A:\n  def process_scheduled_call(self): pass\n",
    );
    assert.deepEqual(
      document.entryPoints.map((it) => [it.kind, it.function.parameters[0]!.name, it.function.isAsync]),
      [
        ["onwrite", "a", true],
        ["http", "b", false],
      ],
    );
  });

  it("follows the API through parameters, attributes and local names", () => {
    const document = parse(
      [
        "def process_writes(local, batches, args):",
        "    local.info(1)",
        "    cache = local.cache",
        "    cache.put('a', 1)",
        "    local.cache.get('a')",
        "    api = local",
        "    api.query('SELECT 1')",
        "class Writer:",
        "    def run(self):",
        "        self.influxdb3_local.write(x)",
        "def helper(influxdb3_local, other):",
        "    influxdb3_local.warn('x')",
        "    other.info('y')",
      ].join("\n"),
    );
    assert.deepEqual(
      document.apiCalls.map(({ owner, method }) => `${owner}.${method}`),
      [
        "influxdb3_local.info",
        "cache.put",
        "cache.get",
        "influxdb3_local.query",
        "influxdb3_local.write",
        "influxdb3_local.warn",
      ],
    );
  });

  it("knows which LineBuilder a call belongs to, in chains and in statements", () => {
    const document = parse(
      "line = LineBuilder('a')\nline.tag('b', 'c')\nline = line.int64_field('d', 1)\nline.build()\nLineBuilder('e').tag('f', 'g').build()\nother.tag('x', 'y')\n",
    );
    const builders = new Map<unknown, string[]>();
    for (const { made, method } of document.builderCalls) {
      builders.set(made, [...(builders.get(made) ?? []), method]);
    }
    assert.deepEqual(
      [...builders.values()].map((methods) => methods.sort()),
      [
        ["LineBuilder", "build", "int64_field", "tag"],
        ["LineBuilder", "build", "tag"],
      ],
    );
  });

  it("reads arguments, names and spreads", () => {
    const [site] = parse("f(1, 'a', key=-2.5, *more, **rest, x=[True, None])").calls;
    assert.deepEqual(
      site!.call.arguments.map((it) => [it.name, it.spread, it.value.kind]),
      [
        [undefined, undefined, "number"],
        [undefined, undefined, "string"],
        ["key", undefined, "unary"],
        [undefined, "*", "name"],
        [undefined, "**", "name"],
        ["x", undefined, "list"],
      ],
    );
  });

  it("gives every character of a string its place in the source", () => {
    const source = 'x = "a\\n\\u00e9" \'b\' f"c{d!r}{{e}}" r"\\f"';
    const [text] = parse(source).strings;
    assert.equal(literalValue(text!), undefined);
    const seen = text!.pieces.map((piece) =>
      piece.kind === "hole"
        ? source.slice(piece.from, piece.to)
        : [...piece.value].map((character, i) => `${character}@${source[sourceOffset(piece, i)]}`).join(" "),
    );
    assert.deepEqual(seen, ["a@a \n@\\ é@\\", "b@b", "c@c", "{d!r}", "{@{ e@e }@}", "\\@\\ f@f"]);
  });

  it("reads imports, exceptions and returns", () => {
    const document = parse(
      "import a.b as c, d\nfrom .e import f as g\ntry:\n  import h\nexcept (I, j.K) as l:\n  pass\ndef m():\n  return 1, 2\n",
    );
    assert.deepEqual(
      document.imports.map((it) => [
        it.module,
        it.boundName,
        it.names?.map((name) => name.boundName),
        it.isGuarded,
      ]),
      [
        ["a.b", "c", undefined, false],
        ["d", "d", undefined, false],
        [".e", undefined, ["g"], false],
        ["h", "h", undefined, true],
      ],
    );
    assert.deepEqual(
      document.excepts.map((it) => it.types.map((type) => document.textOf(type))),
      [["I", "j.K"]],
    );
    assert.equal(document.returns[0]!.value?.kind, "tuple");
  });

  it("resolves names to what was assigned before, in the same function", () => {
    const document = parse(
      "sql = 'module'\ndef f(q):\n  sql = 'first'\n  use(sql)\n  sql = 'second'\n  use(sql)\n  use(q)\ndef g():\n  use(sql)\n  sql += 'x'\n  use(sql)\n",
    );
    const found = document.calls.map(({ call, place }) => {
      const argument = call.arguments[0]!.value;
      const value = argument.kind === "name" ? document.resolve(argument.name, place, call.from) : undefined;
      return value?.kind === "string" ? literalValue(value) : undefined;
    });
    assert.deepEqual(found, ["first", "second", undefined, "module", undefined]);
  });

  it("says of a changed text what it says of it anew", () => {
    const base =
      "def process_writes(influxdb3_local, b, args):\n    x = LineBuilder('a').tag('k', f'{b}')\n    influxdb3_local.write(x)\n# end\n";
    const part = fc.constantFrom(
      "",
      "(",
      '"',
      "'''",
      "\n",
      "def f(a):\n  pass\n",
      "x = 1",
      " ",
      "#",
      "😀",
      ")",
    );
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(12), part, (at, removed, added) => {
        const changed = base.slice(0, at) + added + base.slice(at + removed);
        const incremental = parse(changed, parse(base));
        const anew = parse(changed);
        assert.deepEqual(incremental.calls, anew.calls);
        assert.deepEqual(incremental.functions, anew.functions);
        assert.deepEqual(incremental.strings, anew.strings);
      }),
    );
  });

  it("survives code that nests deeper than any stack", () => {
    for (const text of [
      "(".repeat(20_000),
      "f(".repeat(20_000),
      "a.b().".repeat(20_000),
      "x = 1 +".repeat(5_000),
    ]) {
      const document = parse(text);
      assert.ok(document.calls.length >= 0);
      assert.ok(document.builderCalls.length >= 0);
    }
  });
});
