import type { PluginDocument } from "../plugin-document/index.ts";

/** Answers each question about a document once: several checks ask the same, of long functions again and again. */
export function remember<Rest extends readonly unknown[], Answer>(
  keyOf: (...rest: Rest) => string,
  answer: (document: PluginDocument, ...rest: Rest) => Answer,
): (document: PluginDocument, ...rest: Rest) => Answer {
  const known = new WeakMap<PluginDocument, Map<string, Answer>>();
  return (document, ...rest) => {
    const answers = known.get(document) ?? new Map<string, Answer>();
    known.set(document, answers);
    const key = keyOf(...rest);
    if (!answers.has(key)) answers.set(key, answer(document, ...rest));
    return answers.get(key)!;
  };
}
