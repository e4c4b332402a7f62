/** A name inside a success sentence or a prompt. */
export function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}
