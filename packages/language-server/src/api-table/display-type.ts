const NAMES: readonly [type: RegExp, name: string][] = [
  [/ \| Supports(?:Index|Float)\b/g, ""],
  [/\bSupportsBuild\b/g, "LineBuilder"],
  [/\bArgs\b/g, "dict[str, str] | None"],
  [/\bTableBatches\b/g, "list[dict]"],
];

/** A type of the table as people speak of it. */
export function displayType(type: string): string {
  return NAMES.reduce((text, [pattern, name]) => text.replace(pattern, name), type);
}
