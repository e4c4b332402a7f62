import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testCaseJsonSchema } from "@millrace/api";
import { templatesDirectory } from "../../templates.ts";
import { CommandError, type Context } from "../shared/action.ts";
import { osErrorText } from "../shared/os-error.ts";

/** What test files name as their schema, so that editors check and complete them. */
const SCHEMA_FILE = "plugin-test.schema.json";

/** Copies a template; what is there already is never overwritten. */
export async function runInitPlugin({ io, values }: Context): Promise<undefined> {
  const template = path.join(templatesDirectory(), values.text("template"));
  const given = values.optionalText("path") ?? ".";
  const directory = path.resolve(io.cwd, given);
  const names = [...readdirSync(template), SCHEMA_FILE].filter((name) => name !== "__pycache__");
  const taken = names.filter((name) => name !== SCHEMA_FILE && existsSync(path.join(directory, name)));
  if (taken.length > 0) {
    throw new CommandError(
      `${directory} has ${taken.join(" and ")} already, which would be overwritten`,
      "name another directory: influxdb3 init plugin <PATH>",
    );
  }
  try {
    mkdirSync(directory, { recursive: true });
    cpSync(template, directory, {
      recursive: true,
      errorOnExist: true,
      force: false,
      filter: (source) => path.basename(source) !== "__pycache__",
    });
    writeFileSync(path.join(directory, SCHEMA_FILE), `${JSON.stringify(testCaseJsonSchema(), null, 2)}\n`);
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${directory}`);
  }
  await io.stdout.write(report(given, names));
  return undefined;
}

function report(given: string, names: readonly string[]): string {
  const shown = given === "." ? "" : `${given}/`;
  return [
    `Created a plugin in ${given}:`,
    ...names.map((name) => `  ${shown}${name}`),
    "",
    "Next:",
    `  influxdb3 test plugin ${given}`,
    `  influxdb3 test plugin ${given} --watch`,
    `and ${shown}README.md, which says how to try it on data and how to run it on a server.`,
    "",
  ].join("\n");
}
