import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { codeOf, PackageError, reasonOf } from "../foundation/index.ts";
import { normalizeName } from "../requirements/index.ts";
import type { ProjectFile } from "./project-file.ts";
import { parseSimpleHtml } from "./simple-html.ts";
import type { PackageSource } from "./source.ts";
import { ofProject } from "./web-source.ts";

/**
 * A directory on this machine: wheels that lie in it, and a mirror of an index: one directory for each project, with
 * wheels or with an `index.html` that has their hashes.
 */
export class DirectorySource implements PackageSource {
  readonly label: string;
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.label = directory;
  }

  async files(project: string): Promise<ProjectFile[] | undefined> {
    const entries = await this.#list(this.#directory);
    const found = entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => localFile(this.#directory, name));
    const folder = entries.find((entry) => entry.isDirectory() && normalizeName(entry.name) === project);
    if (folder !== undefined) found.push(...(await this.#mirrored(path.join(this.#directory, folder.name))));
    return ofProject(found, project);
  }

  async #mirrored(folder: string): Promise<ProjectFile[]> {
    const page = path.join(folder, "index.html");
    const text = await readFile(page, "utf8").catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return undefined;
      throw unreadable(page, error);
    });
    if (text === undefined)
      return (await this.#list(folder))
        .filter((entry) => entry.isFile())
        .map(({ name }) => localFile(folder, name));
    try {
      return parseSimpleHtml(text, pathToFileURL(page).href);
    } catch (error) {
      throw unreadable(page, error);
    }
  }

  async #list(directory: string) {
    try {
      return await readdir(directory, { withFileTypes: true });
    } catch (error) {
      throw unreadable(directory, error);
    }
  }
}

function localFile(directory: string, fileName: string): ProjectFile {
  return {
    fileName,
    url: pathToFileURL(path.join(directory, fileName)).href,
    hashes: {},
    requiresPython: undefined,
    yanked: undefined,
    metadataHashes: undefined,
  };
}

function unreadable(file: string, error: unknown): PackageError {
  return new PackageError("index", `the packages in ${file} could not be read: ${reasonOf(error)}`, {
    cause: error,
  });
}
