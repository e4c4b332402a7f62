import assert from "node:assert/strict";
import pep440 from "@renovatebot/pep440";
import fc from "fast-check";
import { compareVersions, parseVersion, Specifiers } from "#src/versions/index.js";

const version = (text: string) => {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
};
const allows = (specifiers: string, text: string): boolean => {
  const parsed = Specifiers.parse(specifiers);
  assert.ok(parsed, specifiers);
  return parsed.allows(version(text));
};

describe("versions", () => {
  it("have one spelling", () => {
    for (const [written, normal] of [
      [" v1.0 ", "1.0"],
      ["1.0-RC.1", "1.0rc1"],
      ["1.0alpha", "1.0a0"],
      ["1!2.0-1", "1!2.0.post1"],
      ["1.0+Ubuntu-1", "1.0+ubuntu.1"],
      ["2026.10.19.post1", "2026.10.19.post1"],
    ])
      assert.equal(version(written!).text, normal);
    for (const text of ["", "x", "1..0", "1.0-", "latest"]) assert.equal(parseVersion(text), undefined, text);
  });

  it("are ordered as PEP 440 says", () => {
    const ordered = [
      "1.0.dev1",
      "1.0a1.dev1",
      "1.0a1",
      "1.0b2",
      "1.0rc1",
      "1.0",
      "1.0+abc",
      "1.0+5",
      "1.0.post1.dev1",
      "1.0.post1",
      "1.1",
      "1.10",
      "1!0.1",
    ];
    for (const [at, text] of ordered.entries())
      for (const later of ordered.slice(at + 1))
        assert.ok(compareVersions(version(text), version(later)) < 0, `${text} < ${later}`);
    assert.equal(compareVersions(version("1.0"), version("1.0.0")), 0);
  });
});

describe("the order of versions", () => {
  it("is that of the reference implementation for JavaScript", () => {
    const number = fc.integer({ min: 0, max: 2 });
    const part = (head: string) =>
      fc.option(
        number.map((n) => `${head}${n}`),
        { nil: "" },
      );
    const text = fc
      .tuple(
        fc.constantFrom("", "1!"),
        fc.array(number, { minLength: 1, maxLength: 3 }).map((numbers) => numbers.join(".")),
        fc.oneof(part("a"), part("b"), part("rc")),
        part(".post"),
        part(".dev"),
        fc.constantFrom("", "+1", "+abc", "+abc.1", "+2.x"),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(
          Math.sign(compareVersions(version(a), version(b))),
          Math.sign(pep440.compare(a, b)),
          `${a} ${b}`,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe("version specifiers", () => {
  const cases: [string, string, boolean][] = [
    ["==1.0", "1.0.0", true],
    ["==1.0", "1.0+local", true],
    ["==1.0+local", "1.0", false],
    ["==1.0+local", "1.0+other", false],
    ["==1.0.*", "1", true],
    ["==1.1.*", "1.1.3", true],
    ["==1.1.*", "1.10", false],
    ["==1.1.*", "1.1rc1", true],
    ["!=1.1.*", "1.1.3", false],
    ["~=2.2", "2.9", true],
    ["~=2.2", "3.0", false],
    ["~=2.2.1", "2.2.9", true],
    ["~=2.2.1", "2.3", false],
    ["~=2.2", "2.1", false],
    ["~=1!2.2", "1!2.3", true],
    [">1.7", "1.7.post1", false],
    [">1.7.post1", "1.7.post2", true],
    [">1.7", "1.7+local", false],
    [">1.7", "1.7.1", true],
    ["<3.1", "3.1.dev0", false],
    ["<3.1", "3.1rc1", false],
    ["<3.1rc2", "3.1rc1", true],
    ["<=1.0", "1.0+local", true],
    ["===1.0", "1.0", true],
    ["===1.0", "1.0.0", false],
    [">=1,<2,!=1.5", "1.4", true],
    [">=1,<2,!=1.5", "1.5.0", false],
    ["", "0.1", true],
  ];
  for (const [specifiers, text, expected] of cases)
    it(`'${specifiers}' ${expected ? "allows" : "refuses"} ${text}`, () =>
      assert.equal(allows(specifiers, text), expected));

  it("are refused if they mean nothing", () => {
    for (const text of [
      "1.0",
      "=1.0",
      "~=1",
      ">=1.0+local",
      ">=1.*",
      "==1.0a1.*",
      ">=",
      "==1.0 ==2.0",
      ",>=1",
    ])
      assert.equal(Specifiers.parse(text), undefined, text);
  });

  it("agree with the order of versions", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [left.join("."), right.join(".")];
        const order = compareVersions(version(a), version(b));
        assert.equal(allows(`>=${b}`, a), order >= 0);
        assert.equal(allows(`<${b}`, a), order < 0);
        assert.equal(allows(`==${b}`, a), order === 0);
        assert.equal(allows(`!=${b}`, a), !allows(`==${b}`, a));
        // `~=1.2.3` is `>=1.2.3,==1.2.*`
        if (right.length > 1)
          assert.equal(allows(`~=${b}`, a), allows(`>=${b},==${right.slice(0, -1).join(".")}.*`, a));
      }),
    );
  });
});
