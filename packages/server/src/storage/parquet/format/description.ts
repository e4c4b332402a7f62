import { FieldType } from "../../../catalog/index.ts";
import type { FileColumn } from "../../types.ts";
import type { FileOrigin } from "../types.ts";

/** Readers open files of this version and older ones. */
export const FORMAT_VERSION = 1;

/** What a file says of itself beside what every Parquet file does: docs/formats/parquet-layout.md. */
export interface FileDescription {
  readonly columns: readonly FileColumn[];
  readonly origin: FileOrigin | undefined;
}

const FIELD_TYPES = Object.keys(FieldType) as (keyof typeof FieldType)[];
const ORIGIN_KEYS = ["databaseId", "tableId", "day", "firstSnapshot", "lastSnapshot"] as const;

export function description({ columns, origin }: FileDescription): string {
  const described = columns.map(({ id, name, kind, fieldType }) => ({
    id,
    name,
    kind,
    type: FIELD_TYPES.find((type) => FieldType[type] === fieldType),
  }));
  return JSON.stringify({ version: FORMAT_VERSION, ...origin, columns: described });
}

/** Undefined when the text is no description; a number when it is of that version, which is newer than ours. */
export function parseDescription(text: string): FileDescription | number | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed) || !isCount(parsed["version"])) return undefined;
  if (parsed["version"] > FORMAT_VERSION) return parsed["version"];
  if (!Array.isArray(parsed["columns"])) return undefined;
  const columns = parsed["columns"].map(parseColumn);
  if (!columns.every((column) => column !== undefined)) return undefined;
  return { columns, origin: parseOrigin(parsed) };
}

function parseColumn(parsed: unknown): FileColumn | undefined {
  if (!isRecord(parsed)) return undefined;
  const { id, name, kind, type } = parsed;
  if (!isCount(id) || typeof name !== "string") return undefined;
  if (kind === "time" || kind === "tag") return { id, name, kind };
  const fieldType = FIELD_TYPES.find((known) => known === type);
  if (kind !== "field" || fieldType === undefined) return undefined;
  return { id, name, kind, fieldType: FieldType[fieldType] };
}

function parseOrigin(parsed: Record<string, unknown>): FileOrigin | undefined {
  if (!ORIGIN_KEYS.every((key) => Number.isSafeInteger(parsed[key]))) return undefined;
  return Object.fromEntries(ORIGIN_KEYS.map((key) => [key, parsed[key]])) as unknown as FileOrigin;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
