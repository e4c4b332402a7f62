import { Specifiers } from "../versions/index.ts";

/** A file that a source offers for a project. */
export interface ProjectFile {
  readonly fileName: string;
  /** `http:`, `https:` or `file:` */
  readonly url: string;
  /** Algorithm → hexadecimal digest. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly requiresPython: Specifiers | undefined;
  /** Why it was withdrawn; undefined if it was not. */
  readonly yanked: string | undefined;
  /** Hashes of the METADATA file that lies beside it; undefined if there is none. */
  readonly metadataHashes: Readonly<Record<string, string>> | undefined;
}

/** What links say besides: `#sha256=…` behind an address. */
export function splitFragment(href: string): { url: string; hashes: Record<string, string> } {
  const at = href.indexOf("#");
  if (at === -1) return { url: href, hashes: {} };
  return { url: href.slice(0, at), hashes: parseHash(href.slice(at + 1)) };
}

/** `sha256=…`, as in links and attributes. */
export function parseHash(text: string): Record<string, string> {
  const [, algorithm, hex] = /(?:^|&)(sha256|sha384|sha512)=([0-9a-fA-F]+)/.exec(text) ?? [];
  return algorithm === undefined ? {} : { [algorithm]: hex!.toLowerCase() };
}

/** Conditions that cannot be read are none, as for pip: the package's own metadata is looked at as well. */
export function parseRequiresPython(text: unknown): Specifiers | undefined {
  return typeof text === "string" && text.trim() !== "" ? Specifiers.parse(text) : undefined;
}

/** The last part of an address, decoded. */
export function fileNameOf(url: string): string {
  const last = url
    .replace(/[?#].*$/, "")
    .split("/")
    .at(-1)!;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
