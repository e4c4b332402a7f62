import { PackageError, reasonOf, shownUrl } from "../foundation/index.ts";
import { parseSourceArchiveName, parseWheelName } from "../wheel/index.ts";
import type { HttpClient } from "./http-client.ts";
import type { ProjectFile } from "./project-file.ts";
import { parseSimpleHtml } from "./simple-html.ts";
import { parseSimpleJson } from "./simple-json.ts";
import type { PackageSource } from "./source.ts";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";
const ACCEPT = `${JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01`;
const MAX_PAGE_BYTES = 64 * 2 ** 20;

/** An index with one page for each project: `<url>/<project>/`. */
export class SimpleIndex implements PackageSource {
  readonly label: string;
  readonly #url: string;
  readonly #client: HttpClient;

  constructor(url: string, client: HttpClient) {
    this.#url = url.endsWith("/") ? url : `${url}/`;
    this.label = shownUrl(this.#url);
    this.#client = client;
  }

  files(project: string): Promise<ProjectFile[] | undefined> {
    return readPage(new URL(`${project}/`, this.#url).href, this.#client);
  }
}

/** One page with links to files of many projects. */
export class LinkPage implements PackageSource {
  readonly label: string;
  readonly #url: string;
  readonly #client: HttpClient;
  #page: Promise<ProjectFile[] | undefined> | undefined;

  constructor(url: string, client: HttpClient) {
    this.#url = url;
    this.label = shownUrl(url);
    this.#client = client;
  }

  async files(project: string): Promise<ProjectFile[] | undefined> {
    this.#page ??= readPage(this.#url, this.#client);
    return ofProject((await this.#page) ?? [], project);
  }
}

/** The files of a project; undefined if there are none. */
export function ofProject(files: readonly ProjectFile[], project: string): ProjectFile[] | undefined {
  const own = files.filter(
    ({ fileName }) =>
      parseWheelName(fileName)?.name === project || parseSourceArchiveName(fileName, project) !== undefined,
  );
  return own.length === 0 ? undefined : own;
}

async function readPage(url: string, client: HttpClient): Promise<ProjectFile[] | undefined> {
  const page = await client.get(url, ACCEPT, MAX_PAGE_BYTES);
  if (page === undefined) return undefined;
  const text = new TextDecoder().decode(page.body);
  try {
    const isJson = page.contentType.split(";")[0]!.trim().toLowerCase() === JSON_TYPE;
    const files = isJson ? parseSimpleJson(text, page.url) : parseSimpleHtml(text, page.url);
    // A page of somebody else must not name files of this machine.
    return files.filter((file) => /^https?:/.test(file.url));
  } catch (error) {
    throw new PackageError("index", `${shownUrl(url)} could not be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
