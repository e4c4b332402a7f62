/** How an error body is written on the wire: see docs/reference/errors.md. */
export type ErrorBodyStyle = "text" | "json";

export interface CatalogueEntry {
  status: number;
  style: ErrorBodyStyle;
  /** `{name}` is filled in from the values given when the error is made. */
  text: string;
  /** What a user can do about it; shown in docs/reference/errors.md. */
  hint: string;
}

export type CatalogueSection = Record<string, CatalogueEntry>;
