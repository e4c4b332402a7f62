import {
  fileNameOf,
  type ProjectFile,
  parseHash,
  parseRequiresPython,
  splitFragment,
} from "./project-file.ts";

const TAG = /<(a|base|meta)(\s[^>]*)?>/gi;
const ATTRIBUTE = /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads the links of a page, as PEP 503 has them or as a plain directory listing. */
export function parseSimpleHtml(text: string, pageUrl: string): ProjectFile[] {
  let base = pageUrl;
  const files: ProjectFile[] = [];
  for (const [, tag, written = ""] of text.replace(/<!--[\s\S]*?-->/g, "").matchAll(TAG)) {
    const attributes = parseAttributes(written);
    const href = attributes.get("href");
    if (tag!.toLowerCase() === "meta") checkVersion(attributes);
    else if (href === undefined || !URL.canParse(href, base)) continue;
    else if (tag!.toLowerCase() === "base") base = new URL(href, pageUrl).href;
    else files.push(parseLink(new URL(href, base).href, attributes));
  }
  return files;
}

function parseLink(href: string, attributes: ReadonlyMap<string, string>): ProjectFile {
  const { url, hashes } = splitFragment(href);
  const metadata = attributes.get("data-core-metadata") ?? attributes.get("data-dist-info-metadata");
  return {
    fileName: fileNameOf(url),
    url,
    hashes,
    requiresPython: parseRequiresPython(attributes.get("data-requires-python")),
    yanked: attributes.get("data-yanked"),
    metadataHashes: metadata === undefined ? undefined : parseHash(metadata),
  };
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single, bare] of text.matchAll(ATTRIBUTE))
    attributes.set(name!.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ""));
  return attributes;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function checkVersion(attributes: ReadonlyMap<string, string>): void {
  const version = attributes.get("content") ?? "";
  if (attributes.get("name") === "pypi:repository-version" && !version.startsWith("1."))
    throw new Error(`its format is of version ${version}, and 1 is the one that is known`);
}
