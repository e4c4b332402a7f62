/** An import statement that runs when its module is loaded, and fails the module if it fails. */
export interface HardImport {
  /** Absolute names of what could be meant: `from a import b` may mean the module `a.b` or a name in `a`. */
  readonly modules: readonly string[];
}

const FROM = /^from\s+(\.*)([\w.]*)\s+import\s+(.+)$/s;
const CATCHES_IMPORT_ERROR =
  /^except(\s*:|.*\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b)/;

interface Line {
  readonly indent: number;
  readonly text: string;
}

/**
 * The imports of a module that it cannot do without: not those in functions, those for type checkers, and those in a
 * `try` that goes on after an ImportError. Where the source leaves doubts, an import counts as one of them.
 */
export function hardImports(source: string, module: string, isPackage: boolean): HardImport[] {
  const lines = logicalLines(source);
  const found: HardImport[] = [];
  lines.forEach(({ text }, at) => {
    if (!/^(?:from|import)\s/.test(text) || isOptional(lines, at)) return;
    found.push({ modules: importedModules(text, isPackage ? module : module.replace(/\.?[^.]*$/, "")) });
  });
  return found;
}

function logicalLines(source: string): Line[] {
  // A list of names in parentheses goes over several lines.
  const joined = source.replace(
    /^([ \t]*from\s[^\n(]*\()([^)]*)\)/gm,
    (_whole, head: string, names: string) => {
      const bare = names.replace(/#.*$/gm, " ").replace(/\s+/g, " ");
      return `${head.slice(0, -1)}${bare.trim()}`;
    },
  );
  return joined.split(/\r\n|\r|\n/).flatMap((line) => {
    const text = line
      .replace(/^\s+/, "")
      .replace(/\s+#.*$/, "")
      .trimEnd();
    if (text === "" || text.startsWith("#")) return [];
    return [{ indent: line.replaceAll("\t", "        ").search(/\S/), text }];
  });
}

/** Looks at the blocks that the line is in, from the inside out. */
function isOptional(lines: readonly Line[], at: number): boolean {
  let { indent } = lines[at]!;
  for (let above = at - 1; above >= 0 && indent > 0; above--) {
    const header = lines[above]!;
    if (header.indent >= indent) continue;
    indent = header.indent;
    if (/^(?:async\s+)?def\b/.test(header.text)) return true;
    if (/^if\b.*\bTYPE_CHECKING\b/.test(header.text)) return true;
    if (/^try\s*:/.test(header.text) && survives(lines, at, header.indent)) return true;
  }
  return false;
}

/** Whether the `try` around a line has a handler that goes on without the import. */
function survives(lines: readonly Line[], at: number, indent: number): boolean {
  let caught = false;
  for (const line of lines.slice(at + 1)) {
    if (line.indent < indent) break;
    if (line.indent === indent && caught) return true;
    if (line.indent === indent && !line.text.startsWith("except")) return false;
    if (line.indent === indent) caught = CATCHES_IMPORT_ERROR.test(line.text);
    // A handler that raises something else only explains the failure.
    else if (caught && /^raise\b/.test(line.text)) return false;
  }
  return caught;
}

function importedModules(statement: string, parent: string): string[] {
  const [, dots = "", from = "", names = ""] = FROM.exec(statement) ?? [];
  if (names === "") {
    const listed = statement.replace(/^import\s+/, "").split(",");
    return listed.map((name) => name.trim().split(/\s/)[0]!);
  }
  const levels = parent.split(".");
  const base = dots === "" ? [] : levels.slice(0, levels.length - dots.length + 1);
  const module = [...base, ...(from === "" ? [] : [from])].filter((part) => part !== "").join(".");
  return [module, ...names.split(",").map((name) => `${module}.${name.trim().split(/\s/)[0]}`)];
}
