import { parseVersion, Specifiers } from "../versions/index.ts";
import { normalizeName } from "./names.ts";
import { type MarkerEnvironment, targetEnvironment } from "./target.ts";

type Operand = { readonly variable: string } | { readonly literal: string };

/** A condition on the Python that a requirement is for, as a tree. */
export type Marker =
  | { readonly kind: "and" | "or"; readonly parts: readonly Marker[] }
  | { readonly kind: "compare"; readonly left: Operand; readonly operator: string; readonly right: Operand };

const VARIABLES = new Set([...Object.keys(targetEnvironment), "extra"]);
/** Spellings of before PEP 508 that old metadata still has. */
const OLD_VARIABLES: Readonly<Record<string, string>> = {
  "os.name": "os_name",
  "sys.platform": "sys_platform",
  "platform.version": "platform_version",
  "platform.machine": "platform_machine",
  "platform.python_implementation": "platform_python_implementation",
  python_implementation: "platform_python_implementation",
};
const VERSION_VARIABLES = new Set([
  "python_version",
  "python_full_version",
  "implementation_version",
  "platform_release",
]);
const TOKEN = /\s*(?:("[^"]*"|'[^']*')|(===|~=|==|!=|<=|>=|<|>)|([()])|([A-Za-z_][\w.]*))/y;
const DEEPEST = 32;

/** Reads a marker; throws an Error that says what was expected and where. */
export function parseMarker(text: string): Marker {
  const reader = new MarkerReader(text);
  const marker = reader.or(0);
  reader.end();
  return marker;
}

class MarkerReader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    const trimmed = text.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (match === null) throw new Error(`the marker cannot be read at '${trimmed.slice(from, from + 20)}'`);
      this.#tokens.push(match[0].trim());
    }
  }

  or(depth: number): Marker {
    if (depth > DEEPEST) throw new Error("the marker has too many parentheses");
    return this.#chain("or", () => this.#and(depth));
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new Error(`the marker ends before '${left}'`);
  }

  #and(depth: number): Marker {
    return this.#chain("and", () => this.#comparison(depth));
  }

  #chain(kind: "and" | "or", next: () => Marker): Marker {
    const parts = [next()];
    while (this.#tokens[this.#at] === kind) {
      this.#at++;
      parts.push(next());
    }
    return parts.length === 1 ? parts[0]! : { kind, parts };
  }

  #comparison(depth: number): Marker {
    if (this.#tokens[this.#at] === "(") {
      this.#at++;
      const inner = this.or(depth + 1);
      if (this.#tokens[this.#at++] !== ")") throw new Error("a parenthesis of the marker is not closed");
      return inner;
    }
    const left = this.#operand();
    const operator = this.#operator();
    return { kind: "compare", left, operator, right: this.#operand() };
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("the marker ends too early");
    if (/^["']/.test(token)) return { literal: token.slice(1, -1) };
    const variable = OLD_VARIABLES[token] ?? token;
    if (!VARIABLES.has(variable)) throw new Error(`the marker names '${token}', which is no marker variable`);
    return { variable };
  }

  #operator(): string {
    const token = this.#tokens[this.#at++];
    if (token === "not" && this.#tokens[this.#at] === "in") {
      this.#at++;
      return "not in";
    }
    if (token === undefined || !(token === "in" || /^[=~!<>]/.test(token)))
      throw new Error(`the marker has '${token ?? "nothing"}' where a comparison was expected`);
    return token;
  }
}

/** Whether the marker holds for the target, when `extras` are asked for: it is enough that it holds for one. */
export function markerHolds(
  marker: Marker,
  extras: Iterable<string> = [],
  environment: MarkerEnvironment = targetEnvironment,
): boolean {
  const asked = [...extras];
  return (asked.length === 0 ? [""] : asked).some((extra) => evaluate(marker, { ...environment, extra }));
}

function evaluate(marker: Marker, values: Readonly<Record<string, string>>): boolean {
  if (marker.kind !== "compare") {
    const holds = (part: Marker): boolean => evaluate(part, values);
    return marker.kind === "and" ? marker.parts.every(holds) : marker.parts.some(holds);
  }
  const variables = [marker.left, marker.right].flatMap((side) => ("variable" in side ? side.variable : []));
  const value = (side: Operand): string => ("variable" in side ? values[side.variable]! : side.literal);
  const [left, right] = [value(marker.left), value(marker.right)];
  if (variables.includes("extra"))
    return compareTexts(normalizeName(left), marker.operator, normalizeName(right));
  if (variables.some((variable) => VERSION_VARIABLES.has(variable)) && !marker.operator.endsWith("in")) {
    const version = parseVersion(left);
    const condition = Specifiers.parse(marker.operator + right);
    if (version !== undefined && condition !== undefined) return condition.allows(version);
  }
  return compareTexts(left, marker.operator, right);
}

function compareTexts(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "in":
      return right.includes(left);
    case "not in":
      return !right.includes(left);
    case "==":
    case "===":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      // `~=` has no meaning for texts.
      return false;
  }
}
