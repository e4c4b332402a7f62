import type { Explain } from "./finding.ts";

/** Errors without a rule come from the parser. */
export const explainSyntax: Explain = ({ rule, message }) => {
  if (rule !== "") return undefined;
  return { code: "syntax-error", message, isAboutApi: false };
};
