import type { ErrorBodyStyle } from "./errors.ts";

interface CatalogueEntry {
  status: number;
  style: ErrorBodyStyle;
  /** `{name}` is filled in from the values given when the error is made. */
  text: string;
  /** What a user can do about it; shown in docs/reference/errors.md. */
  hint: string;
}

/** Every error a user can meet, in one place. Texts are wire contract: docs/reference/errors.md. */
export const errorCatalogue = {
  internal: {
    status: 500,
    style: "text",
    text: "{detail}",
    hint: "This is a defect or a failing machine: see the server's log for the cause.",
  },
  database_not_found: {
    status: 404,
    style: "text",
    text: "Database not found {name}",
    hint: "Create it with `influxdb3 create database NAME`, or check the spelling.",
  },
} as const satisfies Record<string, CatalogueEntry>;
