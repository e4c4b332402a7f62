const SHOWN = "•••";
/** Shorter texts would turn up in words that are no secret. */
const LENGTH_MIN = 6;

/** Takes secrets out of what is shown and kept in logs. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** From now on it is left out wherever it turns up. */
  add(secret: string): void {
    if (secret.length < LENGTH_MIN) return;
    this.#secrets.add(secret);
    // As it stands in a message of the protocol.
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
  }

  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.#secrets) cleaned = cleaned.replaceAll(secret, SHOWN);
    return cleaned;
  }
}
