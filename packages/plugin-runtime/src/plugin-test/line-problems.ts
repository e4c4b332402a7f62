import { LineParser, Precision } from "@millrace/line-protocol";

/** Why lines would be refused: the database's name, the lines' syntax, or the schema they do not fit. */
export interface LineProblem {
  readonly kind: "name" | "syntax" | "schema";
  readonly text: string;
}

/** What a test says of lines that the plugin wrote and no write would take. */
export function refusalText(database: string, { kind, text }: LineProblem): string {
  switch (kind) {
    case "name":
      return `database name ${database} is invalid: ${text}`;
    case "syntax":
      return `line protocol parse error on write to db ${database}: ${text}`;
    case "schema":
      return `Failed to validate output lines to db ${database}: ${text}`;
  }
}

/** The first line that line protocol does not allow; whether lines fit a schema only a server can say. */
export function syntaxProblem(lineProtocol: string): LineProblem | undefined {
  const bytes = new TextEncoder().encode(lineProtocol);
  const parser = new LineParser();
  parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  while (parser.next()) if (parser.error !== 0) return { kind: "syntax", text: parser.errorMessage() };
  return undefined;
}
