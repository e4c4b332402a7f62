import type { Command } from "../shared/action.ts";
import { commonWithDatabase, fieldSpec } from "../shared/options.ts";

export const createTableCommand: Command = {
  name: "table",
  help: "Create a table",
  options: [
    ...commonWithDatabase,
    { name: "tags", kind: "words", metavar: "TAGS", help: "Tag columns: a,b,c" },
    {
      name: "fields",
      short: "f",
      kind: "list",
      metavar: "FIELDS",
      parse: fieldSpec,
      help: "Field columns: name:type,name:type with the types int64, uint64, float64, utf8 and bool",
    },
  ],
  positionals: [{ name: "table-name", metavar: "TABLE_NAME", required: true, help: "Name of the new table" }],
  load: async () => (await import("./run.ts")).runCreateTable,
};
