import { PackageError, shownUrl } from "../foundation/index.ts";
import { Specifiers } from "../versions/index.ts";
import { type Marker, parseMarker } from "./marker.ts";
import { normalizeName } from "./names.ts";

/** What somebody needs: a project, some of its extras, a choice of versions or one file. */
export interface Requirement {
  /** Normalized. */
  readonly name: string;
  /** Normalized. */
  readonly extras: readonly string[];
  readonly specifiers: Specifiers;
  /** The one wheel that is meant. */
  readonly url: string | undefined;
  readonly marker: Marker | undefined;
  /** `sha256:…`; empty: any file. */
  readonly hashes: readonly string[];
}

const NAME = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*/;
const EXTRAS = /^\[([^\]]*)\]\s*/;
const LONGEST = 4096;

/** Reads a requirement as PEP 508 has it; throws `requirement` with what is wrong. */
export function parseRequirement(text: string): Requirement {
  const written = text.trim();
  const bad = (why: string): PackageError =>
    new PackageError("requirement", `'${shortened(written)}' is no requirement: ${withoutPasswords(why)}`);
  if (written.length > LONGEST) throw bad(`it is longer than ${LONGEST} characters`);
  const name = NAME.exec(written)?.[1];
  if (name === undefined) throw bad("it must begin with the name of a package, like requests>=2.31");
  let rest = written.replace(NAME, "");
  const extras = EXTRAS.exec(rest)?.[1];
  rest = rest.replace(EXTRAS, "");
  const [body, markerText] = rest.startsWith("@") ? splitUrl(rest) : splitMarker(rest);
  const url = body.startsWith("@") ? body.slice(1).trim() : undefined;
  if (url !== undefined && !/^(?:file|https?):/.test(url))
    throw bad("behind the @ there must be a file:, http: or https: address");
  const specifiers =
    url === undefined ? Specifiers.parse(body.trim().replace(/^\((.*)\)$/, "$1")) : Specifiers.any;
  if (specifiers === undefined) throw bad(`'${body.trim()}' is no choice of versions like >=2.31,<3`);
  return {
    name: normalizeName(name),
    extras: parseExtras(extras, bad),
    specifiers,
    url,
    marker: readMarker(markerText, bad),
    hashes: [],
  };
}

/** Such as `requests[socks]>=2`: enough to read it again. */
export function formatRequirement({ name, extras, specifiers, url }: Requirement): string {
  const project = extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
  return url === undefined ? `${project}${specifiers}` : `${project} @ ${url}`;
}

/** For messages: without credentials. */
export function showRequirement(requirement: Requirement): string {
  const { url } = requirement;
  return formatRequirement(url === undefined ? requirement : { ...requirement, url: shownUrl(url) });
}

function parseExtras(text: string | undefined, bad: (why: string) => PackageError): string[] {
  if (text === undefined || text.trim() === "") return [];
  const extras = text.split(",").map((extra) => extra.trim());
  const wrong = extras.find((extra) => NAME.exec(extra)?.[0] !== extra);
  if (wrong !== undefined) throw bad(`'${wrong}' is no name of an extra`);
  return [...new Set(extras.map(normalizeName))].sort();
}

function readMarker(text: string | undefined, bad: (why: string) => PackageError): Marker | undefined {
  if (text === undefined) return undefined;
  try {
    return parseMarker(text);
  } catch (error) {
    throw bad((error as Error).message);
  }
}

function splitMarker(text: string): [string, string | undefined] {
  const at = text.indexOf(";");
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** An address may hold semicolons: behind one, a marker needs a space before it. */
function splitUrl(text: string): [string, string | undefined] {
  const match = /^(@\s*\S+)\s+;(.*)$/s.exec(text);
  return match === null ? [text, undefined] : [match[1]!, match[2]];
}

function shortened(text: string): string {
  const shown = withoutPasswords(text);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

function withoutPasswords(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, "//");
}
