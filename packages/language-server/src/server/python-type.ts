import type { SqlType } from "@millrace/sql";

/** What values of a column are in Python: docs/reference/processing-engine.md. */
export function pythonType(type: SqlType): string {
  switch (type.kind) {
    case "boolean":
      return "bool";
    case "int":
    case "timestamp":
      return "int";
    case "float":
      return "float";
    case "utf8":
      return "str";
    default:
      return "Any";
  }
}
