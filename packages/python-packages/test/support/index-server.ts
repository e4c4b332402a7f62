import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BuiltWheel, makeWheel, sha256, type WheelSpec } from "./wheels.ts";

export interface Published extends WheelSpec {
  yanked?: string;
  /** Offers METADATA beside the wheel. */
  separateMetadata?: boolean;
  /** Instead of the right one. */
  hash?: string;
  /** A file that is no wheel. */
  sourceArchive?: boolean;
}

/** A package index on this machine, whose pages are JSON or HTML. */
export class IndexServer {
  readonly requests: IncomingMessage[] = [];
  format: "json" | "html" = "json";
  /** Answers instead of the index when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  readonly #files = new Map<string, Uint8Array>();
  readonly #projects = new Map<string, { spec: Published; wheel: BuiltWheel }[]>();
  #server!: Server;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  get paths(): string[] {
    return this.requests.map(({ url }) => url!);
  }

  publish(...specs: Published[]): void {
    for (const spec of specs) {
      const built = makeWheel(spec);
      const wheel = spec.sourceArchive
        ? { ...built, fileName: `${spec.name}-${spec.version}.tar.gz` }
        : built;
      this.#files.set(`/files/${wheel.fileName}`, wheel.bytes);
      if (spec.separateMetadata)
        this.#files.set(`/files/${wheel.fileName}.metadata`, Buffer.from(wheel.metadata));
      const project = spec.name.toLowerCase().replace(/[-_.]+/g, "-");
      this.#projects.set(project, [...(this.#projects.get(project) ?? []), { spec, wheel }]);
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    if (this.intercept(request, response)) return;
    const path = decodeURIComponent(request.url!);
    const file = this.#files.get(path);
    if (file !== undefined) return void response.end(file);
    const project = this.#projects.get(/^\/simple\/([^/]+)\/$/.exec(path)?.[1] ?? "");
    if (project === undefined) {
      response.statusCode = 404;
      return void response.end("not found");
    }
    if (this.format === "json") {
      response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
      return void response.end(
        JSON.stringify({ meta: { "api-version": "1.1" }, files: project.map(jsonFile) }),
      );
    }
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!DOCTYPE html><html><body>${project.map(htmlLink).join("\n")}</body></html>`);
  }
}

function jsonFile({ spec, wheel }: { spec: Published; wheel: BuiltWheel }) {
  return {
    filename: wheel.fileName,
    url: `../../files/${wheel.fileName}`,
    hashes: { sha256: spec.hash ?? wheel.sha256 },
    ...(spec.requiresPython === undefined ? {} : { "requires-python": spec.requiresPython }),
    ...(spec.yanked === undefined ? {} : { yanked: spec.yanked }),
    ...(spec.separateMetadata ? { "core-metadata": { sha256: sha256(wheel.metadata) } } : {}),
  };
}

function htmlLink({ spec, wheel }: { spec: Published; wheel: BuiltWheel }): string {
  const escaped = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const attributes = [
    `href="/files/${wheel.fileName}#sha256=${spec.hash ?? wheel.sha256}"`,
    ...(spec.requiresPython === undefined ? [] : [`data-requires-python="${escaped(spec.requiresPython)}"`]),
    ...(spec.yanked === undefined ? [] : [`data-yanked="${escaped(spec.yanked)}"`]),
    ...(spec.separateMetadata ? [`data-core-metadata="sha256=${sha256(wheel.metadata)}"`] : []),
  ];
  return `<a ${attributes.join(" ")}>${wheel.fileName}</a><br>`;
}
