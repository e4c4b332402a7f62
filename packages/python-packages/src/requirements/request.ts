import path from "node:path";
import { pathToFileURL } from "node:url";
import { PackageError } from "../foundation/index.ts";
import { parseRequirement, type Requirement } from "./requirement.ts";

const WHEEL = /^(.*\.whl(?:[?#]\S*)?)(?:\s*(\[[^\]]*\]))?((?:\s*;.*)?)$/s;
const SOURCE_ARCHIVE = /\.(?:tar\.gz|tgz|zip|tar\.bz2|tar\.xz)$/;

/**
 * Reads what a user asks for: a requirement, or the path or address of a wheel. `directory` is what relative paths
 * start from; without one only absolute paths are taken.
 */
export function parseRequest(text: string, directory: string | undefined): Requirement {
  const asked = text.trim();
  if (asked.startsWith("-"))
    throw new PackageError(
      "requirement",
      `'${asked}' is an option: name packages here, and put options in a requirements file`,
    );
  const [, location, extras = "", marker = ""] = WHEEL.exec(asked) ?? [];
  if (location === undefined || location.includes("@ ")) {
    refuseSources(asked);
    return parseRequirement(asked);
  }
  const file = location
    .replace(/[?#].*$/, "")
    .split(/[/\\]/)
    .at(-1)!;
  const name = decodeURIComponent(file).split("-")[0]!;
  const url = /^(?:https?|file):/.test(location) ? location : fileUrl(location, directory);
  return parseRequirement(`${name}${extras} @ ${url}${marker === "" ? "" : ` ${marker.trimStart()}`}`);
}

function fileUrl(location: string, directory: string | undefined): string {
  const [, file = location, hash = ""] = /^(.*\.whl)(#\S*)$/.exec(location) ?? [];
  if (path.isAbsolute(file)) return pathToFileURL(file).href + hash;
  if (directory === undefined)
    throw new PackageError(
      "requirement",
      `'${location}' is a relative path: name the wheel by its absolute path`,
    );
  return pathToFileURL(path.resolve(directory, file)).href + hash;
}

function refuseSources(asked: string): void {
  const isPath =
    /^\.{0,2}\//.test(asked) || /^(?:git|hg|svn|bzr)\+/.test(asked) || /^(?:https?|file):/.test(asked);
  if (!isPath && !SOURCE_ARCHIVE.test(asked)) return;
  throw new PackageError(
    "requirement",
    `'${asked}' is not a wheel: source archives, directories and repositories would have to be built, which takes a Python outside of the sandbox. Build a wheel (python -m pip wheel) and name that`,
  );
}
