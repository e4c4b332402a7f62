/** The name rule of `query(database=…)`: docs/reference/processing-engine.md, "query". */
export function databaseNameProblem(name: string): string | undefined {
  const characters = [...name];
  if (characters.length === 0 || characters.length > 511) {
    return `database name ${name} length must be between 1 and 511 characters`;
  }
  const bad = characters.findIndex((character) => !/^[\p{L}\p{N}/_-]$/u.test(character));
  if (bad < 0) return undefined;
  return `database name '${name}' contains invalid character, character number ${bad} is not allowed`;
}
