import type { Lint } from "./lint.ts";
import { isDefinedHere } from "./own-names.ts";

/** Classes that plugins meet and have no name for: docs/reference/plugin-api.md. */
const NAMELESS = new Set([
  "QueryError",
  "InfluxDBError",
  "InvalidMeasurementError",
  "InvalidKeyError",
  "InvalidLineError",
]);

/** Python looks the name up when something is raised: then NameError hides what went wrong. */
export const unknownException: Lint = {
  name: "unknown-exception",
  find: (document) =>
    document.excepts
      .flatMap((clause) => clause.types)
      .flatMap((type) => {
        if (type.kind !== "name" || !NAMELESS.has(type.name) || isDefinedHere(document, type.name)) return [];
        const change = { from: type.from, to: type.to, text: "Exception" };
        return [
          {
            span: type,
            code: "unknown-exception",
            message: `Plugins have no name for ${type.name}, so that this clause raises NameError when it is needed: catch Exception.`,
            fixes: [{ title: "Change to Exception", changes: [change], isPreferred: true }],
          },
        ];
      }),
};
