import { readFileSync } from "node:fs";
import path from "node:path";
import { CommandError } from "../shared/action.ts";
import { osErrorText } from "../shared/os-error.ts";

const MOST_FILES = 50;
const INCLUDE = /^(?:-r\s*|--requirement(?:\s+|=))(\S.*)$/;
const OPTION = /(?:^|\s)(--?[A-Za-z][A-Za-z-]*)/;

/** Lines joined at a backslash, without comments and empty ones. */
function logicalLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/\\\r?\n/g, " ")
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** The requirements in a local file and in those that it includes. */
export function requirementLines(file: string): string[] {
  const seen = new Set<string>();
  const read = (name: string): string[] => {
    if (seen.has(name)) return [];
    seen.add(name);
    if (seen.size > MOST_FILES)
      throw new CommandError(`${file}: more than ${MOST_FILES} files include each other`);
    return logicalLines(textOf(name)).flatMap((line) => {
      const included = INCLUDE.exec(line)?.[1];
      if (included !== undefined) return read(path.resolve(path.dirname(name), included));
      const option = OPTION.exec(line)?.[1];
      if (option === undefined) return [line];
      throw new CommandError(
        `${name}: the option ${option} cannot be sent with a package`,
        "put the file where the server can read it, and give --requirements its path there",
      );
    });
  };
  return read(file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${file}`);
  }
}
