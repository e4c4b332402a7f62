import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bannedCalls, innerDoors, openFolders, packageImports, serverRooms } from "./tidy/layers.ts";
import { importsOf, readSources, repositoryFiles, root, type SourceFile } from "./tidy/source-files.ts";

const LONGEST_FILE_LINES = 500;

const isSource = (file: string): boolean => /^packages\/[^/]+\/src\/.*\.(ts|py)$/.test(file);
const isCode = (file: string): boolean => /\.(ts|mjs|cjs|py)$/.test(file);
const sources = readSources(isSource);
const code = readSources(isCode);

function packageOf(file: string): string {
  return file.split("/")[1]!;
}

/** The room of a file: the first folder below src, or "" for files of the composition root. */
function roomOf(file: string): string {
  const parts = file.split("/");
  return parts.length > 4 ? parts[3]! : "";
}

/** Where a relative import leads, from the repository root. */
function target(file: string, specifier: string): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
}

/** The door of the outermost folder that an import enters; undefined when it stays inside or goes outwards. */
function doorOnTheWay(from: string, to: string): string | undefined {
  const here = path.posix.dirname(from).split("/");
  const there = path.posix.dirname(to).split("/");
  const shared = there.findIndex((folder, depth) => folder !== here[depth]);
  return shared < 0 ? undefined : [...there.slice(0, shared + 1), "index.ts"].join("/");
}

function report(problems: readonly string[]): void {
  assert.equal(problems.length, 0, `\n${problems.join("\n")}`);
}

describe("tidy: the walls of the house", () => {
  it("packages import only the packages their layer allows, and only through the front door", () => {
    const problems: string[] = [];
    for (const { file, specifier } of sources.flatMap(importsOf)) {
      const match = /^@millrace\/([^/]+)(\/.*)?$/.exec(specifier);
      if (match === null) continue;
      const [, name, inner] = match;
      const allowed = packageImports[packageOf(file)] ?? [];
      if (!allowed.includes(name!)) problems.push(`${file}: must not import ${specifier}`);
      const doors: Record<string, string[]> = {
        api: ["/client", "/grammar", "/node"],
        server: ["/config"],
        "python-vm": ["/worker"],
        "language-server": ["/protocol"],
      };
      if (inner !== undefined && !(doors[name!] ?? []).includes(inner)) {
        problems.push(`${file}: ${specifier} is not a door of that package`);
      }
    }
    report(problems);
  });

  it("every package is in the layer table", () => {
    const packages = new Set(sources.map((source) => packageOf(source.path)));
    assert.deepEqual([...packages].sort(), Object.keys(packageImports).sort());
  });

  it("rooms of the server import only rooms below them", () => {
    const problems: string[] = [];
    for (const source of sources.filter((file) => packageOf(file.path) === "server")) {
      const room = roomOf(source.path);
      if (room === "") continue;
      const floor = serverRooms.indexOf(room);
      if (floor < 0) problems.push(`${source.path}: room '${room}' is not in the layer table`);
      for (const { specifier } of importsOf(source)) {
        if (!specifier.startsWith(".")) continue;
        const otherRoom = roomOf(target(source.path, specifier));
        if (otherRoom === room) continue;
        if (serverRooms.indexOf(otherRoom) <= floor) {
          problems.push(`${source.path}: ${room} must not import ${otherRoom || "the composition root"}`);
        }
      }
    }
    report(problems);
  });

  it("a folder is entered through its index.ts only", () => {
    const problems: string[] = [];
    for (const { file, specifier } of sources.flatMap(importsOf)) {
      if (!specifier.startsWith(".")) continue;
      const to = target(file, specifier);
      if (innerDoors.includes(to)) continue;
      const door = doorOnTheWay(file, to);
      if (openFolders.some((folder) => file.startsWith(folder) && to.startsWith(folder))) continue;
      if (door !== undefined && to !== door)
        problems.push(`${file}: enters through ${to}, the door is ${door}`);
    }
    report(problems);
  });

  it("no import cycles", () => {
    report(findCycles(sources));
  });
});

describe("tidy: size and habits", () => {
  it(`no file is longer than ${LONGEST_FILE_LINES} lines`, () => {
    report(
      code
        .filter((source) => source.lines.length > LONGEST_FILE_LINES + 1)
        .map((source) => `${source.path}: ${source.lines.length} lines`),
    );
  });

  it("calls that have a home are made at home", () => {
    const problems: string[] = [];
    for (const source of sources) {
      for (const ban of bannedCalls) {
        if (ban.homes.some((home) => source.path.startsWith(home))) continue;
        source.lines.forEach((line, i) => {
          if (ban.pattern.test(line))
            problems.push(`${source.path}:${i + 1}: use ${ban.use}: ${line.trim()}`);
        });
      }
    }
    report(problems);
  });

  it("no focused, skipped or pending tests, and nothing left for later", () => {
    const focused =
      /\b(describe|context|it)\.(only|skip)\(|\bx(it|describe)\(|^\s*it\(("[^"]*"|'[^']*'|`[^`]*`)\);/;
    const later = new RegExp(["TO", "DO|FIX", "ME|@ts-ig", "nore|@ts-no", "check"].join(""));
    const problems: string[] = [];
    for (const source of code) {
      source.lines.forEach((line, i) => {
        if (focused.test(line) || later.test(line)) problems.push(`${source.path}:${i + 1}: ${line.trim()}`);
      });
    }
    report(problems.filter((problem) => !problem.startsWith("test/tidy.test.ts")));
  });

  it("file names are kebab-case", () => {
    const odd = repositoryFiles().filter(
      (file) => /\.ts$/.test(file) && !/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(path.posix.basename(file)),
    );
    report(odd);
  });

  it("formatting, lint rules and function length hold (biome)", () => {
    const biome = path.join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
    const checked = spawnSync(process.execPath, [biome, "ci", "--colors=off", "--max-diagnostics=20", "."], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(checked.status, 0, `${checked.stdout}\n${checked.stderr}`);
  }).timeout(120_000);

  it("tests, benchmarks and scripts type-check", () => {
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const checked = spawnSync(process.execPath, [tsc, "-b", "tsconfig.test.json"], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(checked.status, 0, checked.stdout);
  }).timeout(120_000);
});

function findCycles(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path));
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        // Types that describe each other are no cycle of modules.
        .filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !typeOnly)
        .map(({ specifier }) => target(file.path, specifier))
        .filter((to) => known.has(to)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(file);
    if (seen >= 0) {
      cycles.push([...trail.slice(seen), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of known) visit(file, []);
  return cycles;
}
