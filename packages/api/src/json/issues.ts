import type { z } from "zod";
import { parseJson, positionText } from "./parser.ts";

type Issue = z.core.$ZodIssue;

const EXPECTED: Record<string, string> = {
  string: "a string",
  boolean: "a boolean",
  number: "a number",
  int: "an integer",
  array: "a sequence",
  object: "a map",
  record: "a map",
  null: "null",
};

/** How a value is named when it is not what was expected. */
function unexpected(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (typeof value === "bigint") return `integer \`${value}\``;
  if (typeof value === "number") {
    return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
  }
  return Array.isArray(value) ? "sequence" : "map";
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

export function oneOf(names: readonly unknown[]): string {
  const quoted = names.map((name) => `\`${String(name)}\``);
  if (quoted.length === 1) return quoted[0]!;
  if (quoted.length === 2) return quoted.join(" or ");
  return `one of ${quoted.join(", ")}`;
}

/** The deepest issue of a union is the one that comes closest to what was meant. */
function flatten(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat();
  const first = inner[0];
  if (first === undefined) return issue;
  return flatten({ ...first, path: [...issue.path, ...first.path] } as Issue);
}

export interface IssueText {
  text: string;
  path: PropertyKey[];
  missing: boolean;
}

/**
 * Words a schema issue as clients of this API know it: `` missing field `db` ``,
 * `invalid type: string "x", expected a boolean`, `` unknown variant `x`, expected `a` or `b` ``.
 */
export function issueText(found: Issue, root: unknown): IssueText {
  const issue = flatten(found);
  const value = valueAt(root, issue.path);
  const path = [...issue.path];
  if (value === undefined && path.length > 0 && issue.code !== "custom") {
    return { text: `missing field \`${String(path.at(-1))}\``, path, missing: true };
  }
  const at = { path, missing: false };
  if (issue.code === "invalid_value" && typeof value === "string") {
    return { ...at, text: `unknown variant \`${value}\`, expected ${oneOf(issue.values)}` };
  }
  if (issue.code === "invalid_value") {
    return { ...at, text: `invalid type: ${unexpected(value)}, expected string or map` };
  }
  if (issue.code === "invalid_type") {
    const expected = EXPECTED[issue.expected] ?? issue.expected;
    return { ...at, text: `invalid type: ${unexpected(value)}, expected ${expected}` };
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    return { ...at, text: `invalid value: ${unexpected(value)}, expected ${issue.message}` };
  }
  return { ...at, text: issue.message };
}

const samePath = (a: readonly PropertyKey[], b: readonly PropertyKey[]) =>
  a.length === b.length && a.every((key, index) => key === b[index]);

/** The issue to report: a value that is wrong goes before a key that is missing. */
export function firstIssue(issues: readonly Issue[], root: unknown): Issue {
  return issues.find((issue) => !issueText(issue, root).missing) ?? issues[0]!;
}

/** Adds the place in the text: the end of the value, or of the object that lacks a key. */
export function locatedIssueText(found: Issue, root: unknown, text: string): string {
  const issue = issueText(found, root);
  const owner = issue.missing ? issue.path.slice(0, -1) : issue.path;
  const value = valueAt(root, owner);
  const container = typeof value === "object" && value !== null && !issue.missing;
  let end = text.length;
  parseJson(text, {
    onValue(path, valueStart, valueEnd) {
      if (samePath(path, owner)) end = container ? valueStart : valueEnd;
    },
  });
  return `${issue.text} at ${positionText(text, end)}`;
}
