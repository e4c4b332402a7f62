/** Which allowed names led to an address: programs look a name up first and then connect to the address. */
export class KnownNames {
  readonly #addresses = new Map<string, readonly string[]>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  remember(name: string, addresses: readonly string[]): void {
    this.#addresses.delete(name);
    this.#addresses.set(name, addresses);
    if (this.#addresses.size > this.#max) {
      const [oldest] = this.#addresses.keys();
      this.#addresses.delete(oldest!);
    }
  }

  of(address: string): string[] {
    return [...this.#addresses].flatMap(([name, addresses]) => (addresses.includes(address) ? [name] : []));
  }
}
