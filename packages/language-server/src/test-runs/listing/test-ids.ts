/** What an id stands for. */
export type TestReference =
  | { readonly kind: "entryPoint"; readonly uri: string; readonly entryPoint: string }
  | { readonly kind: "case"; readonly uri: string; readonly name: string };

const CASE = "case:";

export function entryPointId(uri: string, entryPoint: string): string {
  return `${uri}#${entryPoint}`;
}

export function caseId(uri: string, name: string): string {
  return `${uri}#${CASE}${name}`;
}

/** In URIs of files a `#` is escaped, in names of cases it is not. */
export function readTestId(id: string): TestReference | undefined {
  const end = id.indexOf("#");
  if (end < 0) return undefined;
  const uri = id.slice(0, end);
  const name = id.slice(end + 1);
  if (name.startsWith(CASE)) return { kind: "case", uri, name: name.slice(CASE.length) };
  return { kind: "entryPoint", uri, entryPoint: name };
}
