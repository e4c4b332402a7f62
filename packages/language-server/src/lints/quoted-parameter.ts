import type { TextChange } from "../analysis/index.ts";
import type { Found, Lint } from "./lint.ts";
import type { Placeholder, QuotedText } from "./placeholders.ts";
import { findQueries, type Query } from "./queries.ts";

/** `'$name'` is text, not a parameter: the query finds nothing, and says nothing. */
export const quotedParameter: Lint = {
  name: "quoted-parameter",
  find: (document) => {
    const found = findQueries(document).flatMap((query) =>
      query.scanned.quoted.flatMap((quoted) =>
        quoted.placeholders
          .filter((placeholder) => isMeant(query, quoted, placeholder))
          .map((placeholder) => describe(query, quoted, placeholder)),
      ),
    );
    return withoutRepeats(found);
  },
};

/** It is the whole text, or something is given under this name. */
export function isMeant({ parameters }: Query, quoted: QuotedText, placeholder: Placeholder): boolean {
  const isWhole = placeholder.from === quoted.from + 1 && placeholder.to === quoted.to - 1;
  return isWhole || parameters.entries.some((entry) => entry.name === placeholder.name);
}

function describe({ sql }: Query, quoted: QuotedText, { name, from, to }: Placeholder): Found {
  const isWhole = from === quoted.from + 1 && to === quoted.to - 1;
  const isClosed = sql.text[quoted.to - 1] === "'" && quoted.to - quoted.from > 1;
  const replace = (start: number, end: number, text: string): TextChange => ({
    from: sql.from[start]!,
    to: sql.to[end - 1]!,
    text,
  });
  const changes = isWhole
    ? [replace(quoted.from, quoted.from + 1, ""), replace(quoted.to - 1, quoted.to, "")]
    : joined(quoted, from, to, replace);
  const title = isWhole ? "Remove the quotes" : `Join the text with $${name}`;
  return {
    span: { from: sql.from[from]!, to: sql.to[to - 1]! },
    code: "quoted-parameter",
    severity: "warning",
    message: `'$${name}' in quotes is this text, not the parameter: the quotes must go.`,
    fixes: isClosed ? [{ title, changes, isPreferred: true }] : [],
  };
}

/** `'a $b c'` becomes `'a ' || $b || ' c'`. */
function joined(
  quoted: QuotedText,
  from: number,
  to: number,
  replace: (start: number, end: number, text: string) => TextChange,
): TextChange[] {
  const isFirst = from === quoted.from + 1;
  const isLast = to === quoted.to - 1;
  const before = isFirst ? replace(quoted.from, from, "") : insert(replace(from, from + 1, ""), "' || ");
  const after = isLast ? replace(to, quoted.to, "") : insert(replace(to, to + 1, ""), " || '");
  return [before, after];
}

function insert({ from }: TextChange, text: string): TextChange {
  return { from, to: from, text };
}

/** One statement may be run by several calls. */
function withoutRepeats(found: readonly Found[]): Found[] {
  const seen = new Set<number>();
  return found.filter(({ span }) => !seen.has(span.from) && seen.add(span.from));
}
