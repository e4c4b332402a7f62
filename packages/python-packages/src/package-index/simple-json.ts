import { type ProjectFile, parseRequiresPython } from "./project-file.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Reads a project's page as PEP 691 has it; throws an Error that says what is wrong. */
export function parseSimpleJson(text: string, pageUrl: string): ProjectFile[] {
  const page = fields(JSON.parse(text));
  const version = fields(page?.["meta"])?.["api-version"];
  if (typeof version !== "string" || !version.startsWith("1."))
    throw new Error(`its format is of version ${String(version)}, and 1 is the one that is known`);
  const files = page?.["files"];
  if (!Array.isArray(files)) throw new Error("it has no list of files");
  return files.flatMap((file: unknown) => parseFile(fields(file), pageUrl) ?? []);
}

function parseFile(file: Fields | undefined, pageUrl: string): ProjectFile | undefined {
  const [fileName, href] = [file?.["filename"], file?.["url"]];
  if (typeof fileName !== "string" || typeof href !== "string" || !URL.canParse(href, pageUrl))
    return undefined;
  const metadata = file?.["core-metadata"] ?? file?.["dist-info-metadata"] ?? false;
  const yanked = file?.["yanked"] ?? false;
  return {
    fileName,
    url: new URL(href, pageUrl).href,
    hashes: hashes(file?.["hashes"]),
    requiresPython: parseRequiresPython(file?.["requires-python"]),
    yanked: yanked === false ? undefined : String(yanked === true ? "" : yanked),
    metadataHashes: metadata === false ? undefined : hashes(metadata),
  };
}

function hashes(value: unknown): Record<string, string> {
  const entries = Object.entries(fields(value) ?? {}).filter(([, hex]) => typeof hex === "string");
  return Object.fromEntries(entries.map(([algorithm, hex]) => [algorithm, String(hex).toLowerCase()]));
}

function fields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}
