/** Distinct strings with dense ids from 0, given out in order of first sight. */
export class StringTable {
  private readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();

  get count(): number {
    return this.texts.length;
  }

  /** The id of `text`, given out when it is new. */
  idOf(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.texts.push(text);
      this.ids.set(text, id);
    }
    return id;
  }

  text(id: number): string {
    const text = this.texts[id];
    if (text === undefined) throw new RangeError(`No string has the id ${id}.`);
    return text;
  }
}
