import assert from "node:assert/strict";
import { PackageError } from "@millrace/python-packages";
import fc from "fast-check";
import { markerHolds, parseRequirement } from "#src/requirements/index.js";
import { type Candidate, type CandidateProvider, type ResolveOptions, resolve } from "#src/resolver/index.js";
import { compareVersions, parseVersion, Specifiers } from "#src/versions/index.js";
import { parseMetadata } from "#src/wheel/index.js";
import { metadataOf } from "./support/wheels.ts";

interface Version {
  requires?: string[];
  extras?: string[];
  python?: string;
  yanked?: boolean;
}
type World = Record<string, Record<string, Version>>;

/** Packages that exist only in a test. */
class FakeProvider implements CandidateProvider {
  readonly asked: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async candidates(name: string) {
    const versions = Object.entries(this.#world[name] ?? {}).map(([text, spec]) =>
      this.#candidate(name, text, spec),
    );
    const candidates = versions.sort((a, b) => compareVersions(b.version, a.version));
    return { candidates, remark: candidates.length === 0 ? `there is no package ${name} here` : undefined };
  }

  direct(): Promise<Candidate> {
    throw new Error("not used");
  }

  #candidate(name: string, version: string, { yanked = false, python, ...spec }: Version): Candidate {
    return {
      name,
      version: parseVersion(version)!,
      url: undefined,
      yanked,
      requiresPython: python === undefined ? undefined : Specifiers.parse(python),
      metadata: async () => {
        this.asked.push(`${name} ${version}`);
        return parseMetadata(metadataOf({ name, version, ...spec }), name);
      },
    };
  }
}

const options = (
  world: World,
  requirements: string[],
  more: Partial<ResolveOptions> = {},
): ResolveOptions => ({
  requirements: requirements.map(parseRequirement),
  provider: new FakeProvider(world),
  ...more,
});

async function solve(
  world: World,
  requirements: string[],
  more: Partial<ResolveOptions> = {},
): Promise<string[]> {
  const chosen = await resolve(options(world, requirements, more));
  return [...chosen.values()].map(({ name, version }) => `${name} ${version.text}`).sort();
}

const refused = (
  world: World,
  requirements: string[],
  text: string,
  more: Partial<ResolveOptions> = {},
): Promise<void> =>
  assert.rejects(solve(world, requirements, more), (error) => {
    assert.ok(error instanceof PackageError && error.kind === "resolution");
    assert.equal(error.message, text);
    return true;
  });

describe("the resolver", () => {
  it("takes the newest versions and what they need", async () => {
    const world = {
      a: { "2.0": { requires: ["b>=1", "win; sys_platform == 'win32'"] }, "1.0": {} },
      b: { "1.5": {}, "0.9": {} },
    };
    assert.deepEqual(await solve(world, ["a"]), ["a 2.0", "b 1.5"]);
    assert.deepEqual(await solve(world, ["a<2", "b; os_name == 'nt'"]), ["a 1.0"]);
  });

  it("goes back to older versions where the newest do not fit together", async () => {
    const world = {
      a: { "2.0": { requires: ["c>=2"] }, "1.0": { requires: ["c"] } },
      b: { "1.0": { requires: ["c<2"] } },
      c: { "2.0": {}, "1.0": {} },
    };
    const compromises: string[] = [];
    const more = { onCompromise: (text: string) => void compromises.push(text) };
    assert.deepEqual(await solve(world, ["a", "b"], more), ["a 1.0", "b 1.0", "c 1.0"]);
    assert.deepEqual(compromises, ["b 1.0 needs c<2, but a 2.0 needs c>=2"]);
  });

  it("does not try versions that have nothing to do with a conflict", async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}.0`, {}]));
    const world = {
      a: { "1.0": { requires: ["x<1"] } },
      m1: many,
      m2: many,
      m3: many,
      b: { "1.0": { requires: ["x>=1"] } },
      x: { "1.0": {}, "0.5": {} },
    };
    const provider = new FakeProvider(world);
    await assert.rejects(
      resolve(options(world, ["a", "m1", "m2", "m3", "b"], { provider })),
      /b 1\.0 needs x>=1, but a 1\.0 needs x<1/,
    );
    assert.ok(provider.asked.length < 20, `${provider.asked.length} candidates were looked at`);
  });

  it("says what does not fit together", async () => {
    const world = { a: { "2.0": { requires: ["b<1"] } }, b: { "2.0": {}, "0.5": {} }, none: {} };
    await refused(world, ["a", "b>=2"], "a 2.0 needs b<1, but you asked for b>=2");
    await refused(world, ["b>=2", "a"], "a 2.0 needs b<1, but you asked for b>=2");
    await refused(world, ["b>=2", "b<1"], "you asked for b<1, but you asked for b>=2");
    await refused(world, ["b>3"], "you asked for b>3, but the versions that can be installed are 2.0, 0.5");
    await refused(world, ["none"], "you asked for none, but there is no package none here");
    await refused(world, ["b"], "a constraint is b>7, but the versions that can be installed are 2.0, 0.5", {
      constraints: [parseRequirement("b>7")],
    });
    await refused(world, ["a"], "a 2.0 needs b<1, but an earlier installation asked for b==2.0", {
      earlier: [parseRequirement("b==2.0")],
    });
  });

  it("takes only what runs in this Python", async () => {
    const world = {
      a: { "3.0": { python: ">=3.15" }, "2.0": { python: ">=3.8" } },
      b: { "1.0": { python: "<3" } },
    };
    assert.deepEqual(await solve(world, ["a"]), ["a 2.0"]);
    await refused(world, ["b"], "b 1.0 needs Python <3, and plugins run in 3.14.2");
  });

  it("takes pre-releases only if they are asked for, or there is nothing else", async () => {
    const world = { a: { "2.0rc1": {}, "1.0": {} }, b: { "1.0b1": {} } };
    assert.deepEqual(await solve(world, ["a", "b"]), ["a 1.0", "b 1.0b1"]);
    assert.deepEqual(await solve(world, ["a>=2.0rc1"]), ["a 2.0rc1"]);
    assert.deepEqual(await solve(world, ["a>1"]), ["a 2.0rc1"]);
    assert.deepEqual(await solve(world, ["a"], { allowPrereleases: true }), ["a 2.0rc1"]);
  });

  it("takes withdrawn versions only if they are pinned", async () => {
    const world = { a: { "2.0": { yanked: true }, "1.0": {} } };
    assert.deepEqual(await solve(world, ["a"]), ["a 1.0"]);
    assert.deepEqual(await solve(world, ["a==2.0"]), ["a 2.0"]);
    await assert.rejects(solve(world, ["a>1"]), PackageError);
  });

  it("takes what extras need, in the version of their package", async () => {
    const world = {
      a: {
        "2.0": { extras: ["fast"], requires: ["c; extra == 'fast'", "b"] },
        "1.0": { extras: ["fast"], requires: ["b"] },
      },
      b: { "1.0": { requires: ["a[fast]<2"] } },
      c: { "1.0": {} },
    };
    assert.deepEqual(await solve({ ...world, b: { "1.0": {} } }, ["a[fast]"]), ["a 2.0", "b 1.0", "c 1.0"]);
    assert.deepEqual(await solve(world, ["a[fast]"]), ["a 1.0", "b 1.0"]);
  });

  it("gives up after a number of steps", async () => {
    await assert.rejects(
      solve({ a: { "1.0": { requires: ["b"] } }, b: { "1.0": {} } }, ["a"], { maxSteps: 1 }),
      /gave up after 1 attempts/,
    );
  });

  it("finds a set that fits, whenever there is one", async () => {
    const names = ["a", "b", "c", "d"];
    const versions = ["1.0", "2.0", "3.0"];
    const requirement = fc
      .tuple(fc.constantFrom(...names), fc.constantFrom("", "<2", ">=2", "==1.0", "!=3.0", "==3.0"))
      .map((parts) => parts.join(""));
    const spec = fc.record({ requires: fc.array(requirement, { maxLength: 2 }) });
    const world = fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.dictionary(fc.constantFrom(...versions), spec, { maxKeys: 3 })]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.array(requirement, { minLength: 1, maxLength: 3 }),
        async (packages, wanted) => {
          const found = await solve(packages, wanted).catch((error: unknown) => {
            assert.ok(error instanceof PackageError, String(error));
            return undefined;
          });
          assert.equal(
            found !== undefined,
            everySet(packages).some((set) => fits(packages, wanted, set)),
          );
          if (found !== undefined)
            assert.ok(
              fits(packages, wanted, new Map(found.map((text) => text.split(" ") as [string, string]))),
            );
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Each package in each version or not at all. */
function everySet(world: World): Map<string, string>[] {
  let sets: Map<string, string>[] = [new Map()];
  for (const [name, versions] of Object.entries(world))
    sets = sets.flatMap((set) => [
      set,
      ...Object.keys(versions).map((version) => new Map([...set, [name, version]])),
    ]);
  return sets;
}

function fits(world: World, wanted: readonly string[], set: ReadonlyMap<string, string>): boolean {
  const needed = [...wanted, ...[...set].flatMap(([name, version]) => world[name]![version]!.requires ?? [])];
  return needed.map(parseRequirement).every(({ name, specifiers, marker }) => {
    if (marker !== undefined && !markerHolds(marker)) return true;
    const version = set.get(name);
    return version !== undefined && specifiers.allows(parseVersion(version)!);
  });
}
