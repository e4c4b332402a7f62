/** A text that does not follow one of the grammars. The message is what the user is shown. */
export class GrammarError extends Error {
  override name = "GrammarError";
}
