import { catalogErrors } from "./catalog.ts";
import { engineErrors } from "./engine.ts";
import { queryErrors } from "./queries.ts";
import { requestErrors } from "./requests.ts";
import { writeErrors } from "./writes.ts";

/** Every error a user can meet, in one place. Texts are wire contract: docs/reference/errors.md. */
export const errorCatalogue = {
  ...requestErrors,
  ...catalogErrors,
  ...writeErrors,
  ...queryErrors,
  ...engineErrors,
} as const;

/** The catalogue by subject, in the order of the reference page. */
export const errorSections = [
  { title: "Requests and credentials", errors: requestErrors },
  { title: "Databases, tables and tokens", errors: catalogErrors },
  { title: "Writes", errors: writeErrors },
  { title: "Queries", errors: queryErrors },
  { title: "Processing engine", errors: engineErrors },
] as const;
