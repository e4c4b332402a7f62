import { type ErrorBodyStyle, errorCatalogue } from "./catalogue/index.ts";

export type ErrorCode = keyof typeof errorCatalogue;

/** An error with an entry in the catalogue: it knows its HTTP status and the text its user reads. */
export class ServerError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly style: ErrorBodyStyle;
  /** Extra `data` member of a JSON error body, for example the rejected lines of a partial write. */
  readonly data: unknown;

  constructor(
    code: ErrorCode,
    values: Record<string, string | number> = {},
    data?: unknown,
    cause?: unknown,
  ) {
    const entry = errorCatalogue[code];
    super(fill(entry.text, values), cause === undefined ? undefined : { cause });
    this.name = "ServerError";
    this.code = code;
    this.status = entry.status;
    this.style = entry.style;
    this.data = data;
  }
}

function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}
