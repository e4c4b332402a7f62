export interface RecordedHash {
  readonly algorithm: string;
  /** URL-safe base64 without padding. */
  readonly digest: string;
}

/** A line of RECORD. Only RECORD itself has no hash. */
export interface RecordedFile {
  readonly path: string;
  readonly hash: RecordedHash | undefined;
  readonly sizeBytes: number;
}

/** Reads RECORD, by path. Its format is CSV as Python's csv module writes it. */
export function parseRecord(text: string): Map<string, RecordedFile> {
  const recorded = new Map<string, RecordedFile>();
  for (const line of text.split(/\r\n|\n/)) {
    if (line === "") continue;
    const [written = "", hashText = "", size = ""] = splitCsvLine(line);
    const [, algorithm, digest] = /^([a-z0-9_]+)=([\w-]+)=*$/.exec(hashText) ?? [];
    const path = written.replace(/^\.\//, "");
    const hash = algorithm === undefined ? undefined : { algorithm, digest: digest! };
    recorded.set(path, { path, hash, sizeBytes: Number(size) || 0 });
  }
  return recorded;
}

export function formatRecord(files: Iterable<RecordedFile>): string {
  const quoted = (path: string): string => (/[",\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path);
  const lines = [...files].map(({ path, hash, sizeBytes }) =>
    hash === undefined
      ? `${quoted(path)},,`
      : `${quoted(path)},${hash.algorithm}=${hash.digest},${sizeBytes}`,
  );
  return `${lines.join("\n")}\n`;
}

function splitCsvLine(line: string): string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  return fields;
}
