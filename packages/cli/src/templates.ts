import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Copied beside the code by the build; in a checkout that was only compiled they lie at its root. */
const PLACES = ["./templates/", "../../../templates/"];

/** The directory with one plugin project in each of its directories. */
export function templatesDirectory(): string {
  const places = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error(`the templates are missing from this installation (${places[0]}): install it again`);
  }
  return found;
}
