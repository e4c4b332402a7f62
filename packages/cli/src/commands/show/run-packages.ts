import type { InstalledPackage } from "@millrace/api";
import type { Context } from "../shared/action.ts";
import { writeBody } from "../shared/body.ts";
import { connect } from "../shared/connect.ts";
import { millraceOnly } from "../shared/millrace.ts";

const COLUMNS = ["name", "version", "required_by"] as const;

const rowOf = ({ name, version, required_by: requiredBy }: InstalledPackage): string[] => [
  name,
  version,
  requiredBy.join(" "),
];

/** In the form of the tables that servers draw. */
function pretty(packages: readonly InstalledPackage[]): string {
  const rows = [[...COLUMNS], ...packages.map(rowOf)];
  const widths = COLUMNS.map((_, at) => rows.reduce((width, row) => Math.max(width, row[at]!.length), 0));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const lines = rows.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`);
  return [rule, lines[0], rule, ...lines.slice(1), ...(packages.length === 0 ? [] : [rule])].join("\n");
}

const RENDERERS: Readonly<Record<string, (packages: readonly InstalledPackage[]) => string>> = {
  pretty,
  json: (packages) => JSON.stringify(packages),
  jsonl: (packages) => packages.map((one) => JSON.stringify(one)).join("\n"),
  csv: (packages) => [[...COLUMNS], ...packages.map(rowOf)].map((row) => row.join(",")).join("\n"),
};

export async function runShowPackages(context: Context): Promise<undefined> {
  const packages = await millraceOnly("show packages", connect(context).packages());
  const text = RENDERERS[context.values.text("format")]!(packages);
  await writeBody(context, oneChunk(Buffer.from(text)));
  return undefined;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
