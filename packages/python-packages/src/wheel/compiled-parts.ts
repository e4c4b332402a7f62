import { type HardImport, hardImports } from "./imports.ts";

const COMPILED = /\.(?:so|pyd|dylib|dll)$|\.so\.\d/;
const MOST_SOURCES = 2_000;

export function isCompiled(file: string): boolean {
  return COMPILED.test(file);
}

/**
 * Many packages bring compiled parts only to be faster, and do without them where they cannot be loaded: they import
 * them in a `try`. Returns what the package cannot do without, as a sentence, or undefined if it is nothing.
 */
export async function neededCompiledParts(
  files: readonly string[],
  readText: (file: string) => Promise<string>,
): Promise<string | undefined> {
  const sources = files.filter((file) => file.endsWith(".py"));
  if (sources.length > MOST_SOURCES)
    return `it has more than ${MOST_SOURCES} modules beside its compiled parts`;
  const present = new Set(sources.map(moduleOf));
  // A module that is there in Python as well is only replaced by its compiled form.
  const missing = new Set(
    files
      .filter(isCompiled)
      .map(moduleOf)
      .filter((module) => !present.has(module)),
  );
  const open = [...missing].find((module) => !isInternal(module));
  if (open !== undefined) return `its module ${open} is compiled`;
  const imports = new Map<string, HardImport[]>();
  for (const file of sources)
    imports.set(
      moduleOf(file),
      hardImports(await readText(file), moduleOf(file), file.endsWith("/__init__.py")),
    );
  for (
    let broken = firstBroken(imports, missing);
    broken !== undefined;
    broken = firstBroken(imports, missing)
  ) {
    const [module, cause] = broken;
    if (!module.includes(".") && !module.startsWith("_")) return `it needs its compiled module ${cause}`;
    missing.add(module);
  }
  return undefined;
}

/** A module that is not missing and imports one that is. */
function firstBroken(
  imports: ReadonlyMap<string, readonly HardImport[]>,
  missing: ReadonlySet<string>,
): [string, string] | undefined {
  for (const [module, own] of imports) {
    if (missing.has(module)) continue;
    const cause = own.flatMap(({ modules }) => modules).find((imported) => isWithin(imported, missing));
    if (cause !== undefined) return [module, cause];
  }
  return undefined;
}

function isWithin(module: string, missing: ReadonlySet<string>): boolean {
  for (let name = module; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    if (missing.has(name)) return true;
  }
  return false;
}

/** Whether users are not meant to import it themselves. */
function isInternal(module: string): boolean {
  return module.split(".").at(-1)!.startsWith("_") || module.endsWith("__mypyc");
}

/** `a/_b.cpython-314-x86_64-linux-gnu.so` is the module `a._b`. */
function moduleOf(file: string): string {
  const parts = file.split("/");
  const last = parts.pop()!.split(".")[0]!;
  return [...parts, ...(last === "__init__" ? [] : [last])].join(".");
}
