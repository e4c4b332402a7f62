import { fileURLToPath } from "node:url";
import { type PackageClock, PackageError } from "../foundation/index.ts";
import { DirectorySource } from "./directory-source.ts";
import { FileStore } from "./file-store.ts";
import { HttpClient } from "./http-client.ts";
import type { ProjectFile } from "./project-file.ts";
import type { PackageSource } from "./source.ts";
import { nodeTransport, type Transport } from "./transport.ts";
import { LinkPage, SimpleIndex } from "./web-source.ts";

/** Where packages come from. A place is an `http:`, `https:` or `file:` address or the path of a directory. */
export interface IndexPlaces {
  readonly indexes: readonly string[];
  /** Directories of wheels, and pages with links to them. */
  readonly findLinks: readonly string[];
  /** PEM certificates to trust beside the usual ones. */
  readonly certificates: string | undefined;
  readonly timeoutMs: number;
}

export interface IndexesOptions {
  readonly clock: PackageClock;
  /** Instead of the network of this machine. */
  readonly transport?: Transport;
}

/** All the sources of one installation as one. */
export class PackageIndexes {
  readonly store: FileStore;
  readonly #sources: readonly PackageSource[];
  readonly #projects = new Map<string, Promise<ProjectFile[] | undefined>>();

  constructor(
    places: IndexPlaces,
    { clock, transport = nodeTransport(places.certificates) }: IndexesOptions,
  ) {
    const all = [...places.findLinks, ...places.indexes];
    const client = new HttpClient({
      transport,
      clock,
      timeoutMs: places.timeoutMs,
      credentialUrls: all.filter(isWeb),
    });
    this.store = new FileStore(client);
    this.onlyLinks = places.indexes.length === 0;
    this.#sources = [
      ...places.findLinks.map((place) => (isWeb(place) ? new LinkPage(place, client) : directory(place))),
      ...places.indexes.map((place) => (isWeb(place) ? new SimpleIndex(place, client) : directory(place))),
    ];
  }

  /** Whether there are only directories or pages of files, as of `--find-links`. */
  readonly onlyLinks: boolean;

  get labels(): string[] {
    return this.#sources.map(({ label }) => label);
  }

  /** All files of a project in all sources, the preferred sources first; undefined if none knows it. */
  files(project: string): Promise<ProjectFile[] | undefined> {
    let files = this.#projects.get(project);
    if (files === undefined) {
      files = this.#ask(project);
      this.#projects.set(project, files);
    }
    return files;
  }

  async #ask(project: string): Promise<ProjectFile[] | undefined> {
    const answers = await Promise.all(this.#sources.map((source) => source.files(project)));
    const known = answers.filter((files) => files !== undefined);
    return known.length === 0 ? undefined : known.flat();
  }
}

function isWeb(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

function directory(place: string): DirectorySource {
  if (!/^[a-z][a-z+.-]+:\/\//i.test(place)) return new DirectorySource(place);
  if (place.startsWith("file:") && URL.canParse(place)) return new DirectorySource(fileURLToPath(place));
  throw new PackageError(
    "index",
    `'${place}' is no package index: give an https: or http: address, or a directory`,
  );
}
