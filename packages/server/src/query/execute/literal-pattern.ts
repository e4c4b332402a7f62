/** The engine takes paths for patterns: this one matches the path and nothing else. */
export function literalPattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}
