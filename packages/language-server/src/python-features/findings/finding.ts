import type { RowTypes } from "../../api-table/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import type { Range, Span } from "../../text/index.ts";

/** What the type checker reports, in the positions of the user's text. */
export interface Finding {
  /** The checker's rule; "" for syntax. */
  readonly rule: string;
  readonly message: string;
  readonly range: Range;
  readonly span: Span;
}

/** The same in our words. */
export interface Explained {
  readonly code: string;
  readonly message: string;
  /** It is about what the engine gives to plugins, or about what it takes from them. */
  readonly isAboutApi: boolean;
  readonly severity?: "warning" | "information";
  readonly range?: Range;
  /** A name that does not exist: one that is near may be meant. */
  readonly unknownName?: string;
  /** What the text of the range should be. */
  readonly replacement?: string;
}

/** Explains the findings it knows. "drop" for those that say nothing true or useful of plugins. */
export type Explain = (
  finding: Finding,
  document: PluginDocument,
  known: { readonly rows: RowTypes; readonly all: readonly Finding[] },
) => Explained | "drop" | undefined;

/** The call whose arguments a span lies in, or that it is the whole of. */
export function callAround(document: PluginDocument, { from, to }: Span) {
  return document.calls.findLast(
    ({ call }) =>
      (call.from === from && call.to === to) ||
      (call.argumentsSpan.from <= from && to <= call.argumentsSpan.to),
  )?.call;
}
