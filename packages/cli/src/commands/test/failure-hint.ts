/** What to do about an error whose text cannot say it: it is fixed, or made where the command is not known. */
export function failureHints(errors: readonly string[], local: boolean): string[] {
  return errors.flatMap((error) => hintFor(error, local) ?? []).map((hint) => `  hint: ${hint}`);
}

function hintFor(error: string, local: boolean): string | undefined {
  if (/\bModuleNotFoundError: No module named '/.test(error)) {
    return local
      ? "packages are looked for in .venv beside the plugin, where 'influxdb3 install package' of a server puts them, or in --virtual-env-location"
      : "'influxdb3 install package <PACKAGE>' makes packages importable on the server";
  }
  const option = /or raise (--plugin-[a-z-]+)\.$/.exec(error)?.[1];
  if (!local || option === undefined) return undefined;
  return `${option} is an option of influxdb3 serve; a test here has its default`;
}
