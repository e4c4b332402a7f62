import path from "node:path";
import { PackageError, reasonOf } from "../foundation/index.ts";
import { type FileOption, logicalLines, splitOptions } from "./file-lines.ts";
import { parseRequest } from "./request.ts";
import type { Requirement } from "./requirement.ts";

/** What a requirements file says about where packages come from; paths are absolute. */
export interface FileIndexOptions {
  indexUrl: string | undefined;
  extraIndexUrls: string[];
  findLinks: string[];
  noIndex: boolean;
}

/** A requirements file with everything it includes. */
export interface Requirements {
  readonly requirements: Requirement[];
  /** Conditions on packages, if they are needed at all. */
  readonly constraints: Requirement[];
  readonly index: FileIndexOptions;
  allowPrereleases: boolean;
  /** Every file that is installed must have its hash in the file. */
  requireHashes: boolean;
}

export interface RequirementsReader {
  /** The text of a file; decides what may be read. */
  readText(path: string): Promise<string>;
}

const MOST_FILES = 50;
const HASH = /^(sha256|sha384|sha512):[0-9a-f]+$/i;
/** They choose between wheels and sources; here everything is a wheel. */
const WITHOUT_EFFECT = new Set(["--prefer-binary", "--only-binary"]);

/** Reads a requirements file and the files it names; throws `requirement` with file and line. */
export async function readRequirements(file: string, reader: RequirementsReader): Promise<Requirements> {
  const result: Requirements = {
    requirements: [],
    constraints: [],
    index: { indexUrl: undefined, extraIndexUrls: [], findLinks: [], noIndex: false },
    allowPrereleases: false,
    requireHashes: false,
  };
  await new FileSet(reader, result).read(file, false);
  if (result.requirements.some(({ hashes }) => hashes.length > 0)) result.requireHashes = true;
  return result;
}

class LineError extends PackageError {}

class FileSet {
  readonly #reader: RequirementsReader;
  readonly #result: Requirements;
  readonly #seen = new Set<string>();

  constructor(reader: RequirementsReader, result: Requirements) {
    this.#reader = reader;
    this.#result = result;
  }

  async read(file: string, asConstraints: boolean): Promise<void> {
    const key = `${asConstraints ? "-c" : "-r"} ${file}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#seen.size > MOST_FILES)
      throw new PackageError(
        "requirement",
        `${file}: more than ${MOST_FILES} requirements files include each other`,
      );
    const text = await this.#reader.readText(file);
    for (const { line, number } of logicalLines(text)) {
      try {
        await this.#line(line, file, asConstraints);
      } catch (error) {
        // An error of a nested file has its place already.
        if (error instanceof LineError) throw error;
        throw new LineError("requirement", `${file}:${number}: ${reasonOf(error)}`, { cause: error });
      }
    }
  }

  async #line(line: string, file: string, asConstraints: boolean): Promise<void> {
    const { text, options } = splitOptions(line);
    if (text === "") {
      for (const option of options) await this.#option(option, file);
      return;
    }
    const hashes = options.map(({ name, value = "" }) => {
      if (name !== "--hash") throw new Error(`the option ${name} is not supported for a requirement`);
      if (!HASH.test(value))
        throw new Error(`--hash=${value} must be sha256:, sha384: or sha512: and hexadecimal digits`);
      return value.toLowerCase();
    });
    const requirement = { ...parseRequest(text, path.dirname(file)), hashes };
    (asConstraints ? this.#result.constraints : this.#result.requirements).push(requirement);
  }

  async #option({ name, value }: FileOption, file: string): Promise<void> {
    const { index } = this.#result;
    const needed = (): string => {
      if (value === undefined || value === "") throw new Error(`the option ${name} needs a value`);
      return value;
    };
    const location = (): string => {
      const given = needed();
      return /^[a-z]+:\/\//i.test(given) ? given : path.resolve(path.dirname(file), given);
    };
    if (WITHOUT_EFFECT.has(name)) return;
    switch (name) {
      case "-r":
      case "--requirement":
        return await this.read(location(), false);
      case "-c":
      case "--constraint":
        return await this.read(location(), true);
      case "-i":
      case "--index-url":
        index.indexUrl = location();
        return;
      case "--extra-index-url":
        index.extraIndexUrls.push(location());
        return;
      case "-f":
      case "--find-links":
        index.findLinks.push(location());
        return;
      case "--no-index":
        index.noIndex = true;
        return;
      case "--pre":
        this.#result.allowPrereleases = true;
        return;
      case "--require-hashes":
        this.#result.requireHashes = true;
        return;
      case "-e":
      case "--editable":
        throw new Error(
          `${name} ${value ?? ""}: editable installations are not supported; build a wheel and name that`,
        );
      default:
        throw new Error(`the option ${name} is not supported`);
    }
  }
}
