import { isDeepStrictEqual } from "node:util";
import type { TestExpectation } from "@millrace/api";
import type { PluginResponse } from "../protocol/index.ts";
import type { Difference } from "./difference.ts";
import { textPattern } from "./patterns.ts";

type ExpectedResponse = NonNullable<TestExpectation["response"]>;

export function compareResponse(
  expected: ExpectedResponse,
  actual: PluginResponse | undefined,
): Difference[] {
  if (actual === undefined) return [{ what: "response", expected: ["a response"], actual: ["none"] }];
  const differences: Difference[] = [];
  const differ = (what: string, one: string, other: string): void => {
    differences.push({ what: `response ${what}`, expected: [one], actual: [other] });
  };
  const { status, headers, body } = expected;
  if (status !== undefined && status !== actual.status) {
    differ("status", String(status), String(actual.status));
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    const found = actual.headers.filter(([other]) => other.toLowerCase() === name.toLowerCase());
    const pattern = textPattern(value);
    if (found.some(([, text]) => pattern.matches(text))) continue;
    differ(`header ${name}`, value, found.map(([, text]) => text).join(", ") || "absent");
  }
  if (body !== undefined && !sameBody(body, bodyText(actual))) {
    differ("body", typeof body === "string" ? body : JSON.stringify(body), bodyText(actual));
  }
  return differences;
}

export function bodyText({ body }: PluginResponse): string {
  return new TextDecoder().decode(body);
}

/** The value of a JSON text, or undefined when it is none. */
export function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function sameBody(expected: unknown, text: string): boolean {
  if (typeof expected === "string") return textPattern(expected).matches(text);
  const json = jsonOf(text);
  return json !== undefined && sameJson(expected, json.value);
}

/** Texts inside may be patterns; numbers and names are compared as they are. */
function sameJson(expected: unknown, actual: unknown): boolean {
  if (expected === "<any>") return true;
  if (typeof expected === "string")
    return typeof actual === "string" && textPattern(expected).matches(actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      expected.length === actual.length &&
      expected.every((entry, i) => sameJson(entry, actual[i]))
    );
  }
  if (typeof expected !== "object" || expected === null) return isDeepStrictEqual(expected, actual);
  if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return false;
  const others = new Map(Object.entries(actual));
  const entries = Object.entries(expected);
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && sameJson(value, others.get(key)))
  );
}
